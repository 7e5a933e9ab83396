import { VRRP_FIFO_PATH } from '../private/contract';

/**
 * Reads keepalived's changes and invokes the takeover function, which looks for itself: what a hint says does not matter, that it comes
 * at once does. So the connection is open before it is needed, and so are the credentials.
 *
 * Order of events: the main thread reads line by line and never waits for anything else. A second thread sends: a change at once, those
 * of the next second as one at its end; in between it opens the connection again when the other side closed it. A third renews the
 * instance's credentials ten minutes before they expire. When one thread ends, all do, and systemd starts anew.
 *
 * Gotchas: TLS 1.3 tickets make a healthy connection readable, so only reading tells an end. Keepalives hold the connection in tables
 * that forget after 350 s. The path is encoded twice in what is signed, once in what is sent. A hint that failed four times is dropped:
 * the sweep repairs. Comments would count against the limit of user data: they are here.
 */
export const HEARTBEAT_SCRIPT = String.raw`import collections, contextlib, datetime, hashlib, hmac, http.client, json, os, re, socket, ssl, sys, threading, time
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

ENV = os.environ
REGION = ENV['REGION']
PUBLIC = f'https://lambda.{REGION}.amazonaws.com' + '.cn' * REGION.startswith('cn-')
ENDPOINT = urlsplit(ENV.get('AWS_ENDPOINT_URL_LAMBDA', PUBLIC))
PATH = f"/2015-03-31/functions/{quote(ENV['FUNCTION'], '')}/invocations"
IMDS = ENV.get('AWS_EC2_METADATA_SERVICE_ENDPOINT', 'http://169.254.169.254') + '/latest/'
FIFO = ENV.get('VRRP_FIFO', '${VRRP_FIFO_PATH}')
CHANGE = re.compile(rb'INSTANCE "slot-(\d+)" (MASTER|BACKUP|FAULT|STOP) \d+\n')
latest = collections.deque(maxlen=1)
arrived = threading.Event()
credentials = [ENV.get('AWS_' + name) for name in ('ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'SESSION_TOKEN')]
connection = getattr(http.client, ENDPOINT.scheme.upper() + 'Connection')(ENDPOINT.netloc, timeout=2)

def imds(path, header, value, method='GET'):
  headers = {'X-aws-ec2-metadata-token' + header: value}
  with urlopen(Request(IMDS + path, headers=headers, method=method), timeout=2) as answer:
    return answer.read().decode()

def renew_credentials():
  global credentials
  path = 'meta-data/iam/security-credentials/'
  while True:
    try:
      token = imds('api/token', '-ttl-seconds', '60', 'PUT')
      got = json.loads(imds(path + imds(path, '', token), '', token))
      credentials = [got[name] for name in ('AccessKeyId', 'SecretAccessKey', 'Token')]
      expiry = datetime.datetime.strptime(got['Expiration'], '%Y-%m-%dT%H:%M:%S%z').timestamp()
      pause = max(1, expiry - time.time() - 600)
    except Exception as error:
      print('no new credentials:', repr(error))
      pause = 2
    time.sleep(pause)

def sign(body):
  key_id, secret, token = credentials
  if not key_id:
    raise OSError('no credentials yet')
  now = time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())
  headers = {'host': ENDPOINT.netloc, 'x-amz-date': now, 'x-amz-invocation-type': 'Event'}
  if token:
    headers['x-amz-security-token'] = token
  names = ';'.join(headers)
  lines = [f'{name}:{value}\n' for name, value in headers.items()]
  request = f'POST\n{quote(PATH)}\n\n{"".join(lines)}\n{names}\n{hashlib.sha256(body).hexdigest()}'
  scope = f'{now[:8]}/{REGION}/lambda/aws4_request'
  key = b'AWS4' + secret.encode()
  for part in *scope.split('/'), f'AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}':
    key = hmac.new(key, part.encode(), 'sha256').digest()
  headers['authorization'] = f'AWS4-HMAC-SHA256 Credential={key_id}/{scope}, SignedHeaders={names}, Signature={key.hex()}'
  return headers

def keep_open():
  try:
    connection.sock.settimeout(0)
    connection.sock.recv(1)
  except (BlockingIOError, ssl.SSLWantReadError):
    connection.sock.settimeout(2)
    return
  except (AttributeError, OSError):
    pass
  connection.close()
  connection.connect()
  connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
  connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30)

def send(read, slot, state):
  body = json.dumps({'slot': slot, 'state': state, 'seenBy': ENV['SLOT']}).encode()
  for pause in 0, 0.2, 1, None:
    try:
      keep_open()
      connection.request('POST', PATH, body, sign(body))
      answer = connection.getresponse()
      said = answer.read()
      if answer.status != 202:
        raise OSError(f'{answer.status} {said[:200]}')
      print(f'slot {slot} {state}: taken after {(time.monotonic() - read) * 1000:.1f} ms')
      break
    except Exception as error:
      connection.close()
      print(f'slot {slot} {state}:', 'dropped,' if pause is None else 'not taken,', repr(error))
      time.sleep(pause or 0)

def send_changes():
  window_end = 0
  while True:
    with contextlib.suppress(OSError):
      keep_open()
    if arrived.wait(1):
      time.sleep(max(0, window_end - time.monotonic()))
      window_end = time.monotonic() + 1
      arrived.clear()
      if latest:
        send(*latest.pop())

threading.excepthook = lambda failed: (print('ended by', repr(failed.exc_value)), os._exit(1))
for work in [send_changes] if credentials[0] else [renew_credentials, send_changes]:
  threading.Thread(target=work, daemon=True).start()
with open(os.open(FIFO, os.O_RDWR), 'rb') as fifo:
  while line := fifo.readline(4096):
    if change := CHANGE.fullmatch(line):
      latest.append((time.monotonic(), *(word.decode() for word in change.groups())))
      arrived.set()
    elif b'MASTER_RX_LOWER_PRI' not in line:
      print('not understood:', line[:200])
sys.exit(f'{FIFO} must be a FIFO, got a file: remove it')
`;
