import { CERTIFICATE_DIRECTORY, CERTIFICATES_FILE_PATH, METRICS } from '../private/contract';

/**
 * Fetches the certificates of the listeners, and takes up those that are new and good.
 *
 * Order of events, for all certificates: fetch, examine, write the changed ones, let the proxy take them up, tell CloudWatch how long
 * what lies here is valid. The unit's reload checks the configuration first; what the proxy refuses is put back, then each is tried
 * alone. The status is 0 when every certificate has a file: an old one serves until it expires, and an alarm comes before.
 *
 * Gotchas: PEM blocks may come in any order, in the values of a JSON object, and with blanks or '\n' for ends of lines, as the console
 * of Secrets Manager keeps them. The one that the key belongs to comes first, then who issued it, and so on. ACM encrypts the key with
 * a passphrase that is made here and passes through pipes only. A run that died between writing and reload leaves its mark behind, so
 * that the next one reloads. HAProxy reads files beside a certificate that are named after it: drafts begin with a dot.
 */
export const CERTIFICATES_SCRIPT = String.raw`import collections, fcntl, json, os, pwd, re, secrets, ssl, subprocess, sys, tempfile, textwrap, time

PLAN = '${CERTIFICATES_FILE_PATH}'
DIRECTORY = '${CERTIFICATE_DIRECTORY}'
CHANGED = DIRECTORY + '/.changed'
PROXY = 'proxy-fleet'
PEM = re.compile(r'-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \1-----', re.S)
Certificate = collections.namedtuple('Certificate', 'pem subject public start end')

class Refused(Exception):
  pass

def run(command, given='', **more):
  done = subprocess.run(command, input=given, capture_output=True, encoding='utf8', errors='replace', timeout=60, **more)
  if done.returncode:
    said = done.stderr.strip().split('\n')[-1]
    raise Refused(f'{" ".join(command[:3])}: {said or done.returncode}')
  return done.stdout

def aws(arn, *words, given=''):
  return json.loads(run(['aws', *words, '--region', arn.split(':')[3], '--output', 'json'], given))

def from_secrets_manager(arn):
  text = aws(arn, 'secretsmanager', 'get-secret-value', '--secret-id', arn).get('SecretString', '')
  try:
    return '\n'.join(value for value in json.loads(text).values() if isinstance(value, str))
  except (AttributeError, ValueError):
    return text

def from_acm(arn):
  passphrase = secrets.token_urlsafe(48)
  command = ['acm', 'export-certificate', '--certificate-arn', arn, '--passphrase', 'fileb:///dev/stdin']
  got = aws(arn, *command, given=passphrase)
  read, write = os.pipe()
  os.write(write, passphrase.encode())
  os.close(write)
  try:
    key = run(['openssl', 'pkey', '-passin', f'fd:{read}'], got['PrivateKey'], pass_fds=[read])
  finally:
    os.close(read)
  return '\n'.join([got['Certificate'], got.get('CertificateChain') or '', key])

def blocks(text):
  for kind, body in PEM.findall(text.replace('\\n', '\n')):
    if kind.endswith('PRIVATE KEY') and 'ENCRYPTED' in kind + body:
      raise Refused('its private key is encrypted: store it without a passphrase')
    lines = textwrap.wrap(''.join(body.split()), 64)
    yield kind, '\n'.join([f'-----BEGIN {kind}-----', *lines, f'-----END {kind}-----', ''])

def read(pem):
  try:
    told = run(['openssl', 'x509', '-noout', '-subject', '-nameopt', 'RFC2253', '-dates', '-pubkey'], pem)
  except Refused:
    raise Refused('it is not PEM: openssl cannot read one of its certificates')
  field = lambda name: re.search(f'^{name}= *(.*)$', told, re.M).group(1)
  start, end = (int(ssl.cert_time_to_seconds(field(name))) for name in ('notBefore', 'notAfter'))
  return Certificate(pem, field('subject') or 'no subject', told[told.index('-----BEGIN'):].strip(), start, end)

def date(seconds):
  return time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime(seconds))

def issued(issuer, certificate):
  with tempfile.NamedTemporaryFile('w') as file:
    file.write(issuer.pem)
    file.flush()
    try:
      run(['openssl', 'verify', '-partial_chain', '-no_check_time', '-trusted', file.name], certificate.pem)
      return True
    except Refused:
      return False

def examine(text):
  if not text.strip():
    raise Refused('it is empty: store certificate, chain and private key as PEM')
  found = list(dict.fromkeys(blocks(text)))
  keys = [pem for kind, pem in found if kind.endswith('PRIVATE KEY')]
  rest = [read(pem) for kind, pem in found if kind == 'CERTIFICATE']
  if not keys and not rest:
    raise Refused('it is not PEM: store certificate, chain and private key as PEM')
  if not rest:
    raise Refused('it has no certificate: add it as PEM')
  if len(keys) != 1:
    raise Refused(f'it must have 1 private key, got {len(keys)}: store the one of the certificate')
  try:
    public = run(['openssl', 'pkey', '-pubout'], keys[0]).strip()
  except Refused:
    raise Refused('it is not PEM: openssl cannot read its private key')
  following = [certificate for certificate in rest if certificate.public == public]
  if not following:
    raise Refused(f'its private key does not match, got that of another than {rest[0].subject}: store the one that belongs to it')
  chain = []
  while following:
    chain.append(following[0])
    rest.remove(following[0])
    following = [certificate for certificate in rest if issued(certificate, chain[-1])]
  if rest:
    raise Refused(f'its chain is broken, got {rest[0].subject}, which did not issue {chain[-1].subject}: add what is between, or remove it')
  for certificate in chain:
    if time.time() < certificate.start:
      raise Refused(f'it is not yet valid, got {certificate.subject}, which begins at {date(certificate.start)}: wait until then')
    if time.time() >= certificate.end:
      raise Refused(f'it has expired, got {certificate.subject}, which ended at {date(certificate.end)}: renew it')
  return ''.join([*(certificate.pem for certificate in chain), *keys])

def name_of(path):
  return os.path.basename(path)[:-len('.pem')]

def content(path):
  try:
    with open(path) as file:
      return file.read()
  except FileNotFoundError:
    return None

def write(path, text):
  draft = os.path.join(DIRECTORY, '.' + os.path.basename(path))
  with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), 'w') as file:
    file.write(text)
    file.flush()
    os.fchown(file.fileno(), -1, GROUP)
    os.fchmod(file.fileno(), 0o640)
    os.fsync(file.fileno())
  os.replace(draft, path)

def systemctl(*words):
  return subprocess.run(['systemctl', *words], timeout=120).returncode == 0

def take(changes):
  for path, (_, new) in changes.items():
    write(path, new)
  if not systemctl('is-active', '--quiet', PROXY) or systemctl('reload', PROXY):
    print('taken up:', *map(name_of, changes))
    return
  for path, (old, _) in changes.items():
    if old is not None:
      write(path, old)
  if len(changes) == 1:
    print(f'{name_of(path)}: the proxy refuses it, so the old one stays; see the log of {PROXY}')
  else:
    for path, change in changes.items():
      take({path: change})

def tell(fleet, region, ends):
  data = [{
    'MetricName': '${METRICS.daysToExpiry}',
    'Dimensions': [{'Name': '${METRICS.dimension}', 'Value': fleet}, {'Name': '${METRICS.certificateDimension}', 'Value': name}],
    'Value': round((end - time.time()) / 86400, 2),
  } for name, end in ends.items()]
  command = ['aws', 'cloudwatch', 'put-metric-data', '--region', region, '--namespace', '${METRICS.namespace}']
  run([*command, '--metric-data', json.dumps(data)])

def reason(error):
  return error if isinstance(error, (Refused, OSError, subprocess.TimeoutExpired)) else type(error).__name__

os.umask(0o077)
with open(PLAN) as file:
  plan = json.load(file)
GROUP = pwd.getpwnam(plan['user']).pw_gid
os.makedirs(DIRECTORY, exist_ok=True)
os.chown(DIRECTORY, -1, GROUP)
os.chmod(DIRECTORY, 0o750)
lock = os.open(DIRECTORY, os.O_RDONLY)
fcntl.flock(lock, fcntl.LOCK_EX)
changes, ends = {}, {}
for each in plan['certificates']:
  path = f"{DIRECTORY}/{each['name']}.pem"
  old = content(path)
  try:
    new = examine({'acm': from_acm, 'secretsmanager': from_secrets_manager}[each['from']](each['arn']))
    if new != old:
      changes[path] = old, new
  except Exception as error:
    print(f"{each['name']}: {reason(error)} [{each['arn']}], so", 'there is none' if old is None else 'the old one stays')
if changes or os.path.exists(CHANGED):
  open(CHANGED, 'w').close()
  take(changes)
  os.remove(CHANGED)
for each in plan['certificates']:
  text = content(f"{DIRECTORY}/{each['name']}.pem")
  if text is not None:
    ends[each['name']] = min(read(pem).end for kind, pem in blocks(text) if kind == 'CERTIFICATE')
    print(f"{each['name']}: valid for {(ends[each['name']] - time.time()) / 86400:.1f} days")
try:
  if ends:
    tell(plan['fleet'], plan['region'], ends)
except Exception as error:
  print('CloudWatch was not told:', reason(error))
sys.exit(len(ends) < len(plan['certificates']))
`;
