import { DRAIN_STATE_MAP_PATH, DRAINING_FILE_PATH, HAPROXY_SOCKET_PATH, LEAVING_FILE_PATH } from '../private/contract';

/**
 * The part of the drain's program that keeps its state: serving, leaving or draining. It is in files, which nginx looks at, and HAProxy reads
 * at its start and is told of besides. Files are replaced, never followed: their folder belongs to the proxy's user.
 */
export const DRAIN_STATE = String.raw`MAP = '${DRAIN_STATE_MAP_PATH}'
FILES = {'leaving': '${LEAVING_FILE_PATH}', 'draining': '${DRAINING_FILE_PATH}'}

def put(path, text):
  handle, draft = tempfile.mkstemp(dir=os.path.dirname(path))
  with open(handle, 'w') as file:
    os.fchmod(handle, 0o644)
    file.write(text)
  os.replace(draft, path)

def read(path):
  try:
    with open(path) as file:
      return file.read()
  except OSError:
    return ''

def state():
  return (read(MAP).split() or ['serving'])[-1]

def enter(wanted):
  os.makedirs(os.path.dirname(MAP), exist_ok=True)
  put(MAP, f'state {wanted}\n')
  if wanted in FILES and not os.path.exists(FILES[wanted]):
    put(FILES[wanted], f'{time.clock_gettime(time.CLOCK_BOOTTIME)}\n')
  for name, path in FILES.items():
    if name != wanted:
      with contextlib.suppress(FileNotFoundError):
        os.remove(path)
  with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
    tell_haproxy(f'set map {MAP} state {wanted}\n')

def tell_haproxy(order):
  try:
    with socket.socket(socket.AF_UNIX) as connection:
      connection.settimeout(2)
      connection.connect('${HAPROXY_SOCKET_PATH}')
      connection.sendall(order.encode())
      said = connection.recv(4096).decode().strip()
  except socket.timeout:
    said = 'no answer after 2 s'
  if said:
    say(f'HAProxy did not take its new state: {said}')

`;
