import { HEALTH_FILE_PATH, HEALTH_PORT, LIVE_PATH, WATCHDOG } from '../private/contract';
import { LISTENING_PORTS } from './listening-ports';

/**
 * Judges the proxy by its own live path, never by a target, and writes the verdict for keepalived: sick until it has proved to be well.
 *
 * A proxy that lacks a listener is sick, too. One whose listener is slow to accept is busy, for slow targets fill its queue.
 *
 * The time limit is for the whole look, over a connection of its own. The file is written at every look, one byte in place: keepalived
 * follows the file itself and takes a missing one for well.
 */
export const WATCHDOG_SCRIPT = String.raw`import contextlib, os, socket, time
from urllib.parse import urlsplit

URL = urlsplit(os.environ.get('HEALTH_URL', 'http://127.0.0.1:${HEALTH_PORT}${LIVE_PATH}'))
FILE = os.environ.get('HEALTH_FILE', '${HEALTH_FILE_PATH}')
REQUEST = f'GET {URL.path} HTTP/1.1\r\nHost: {URL.netloc}\r\nConnection: close\r\n\r\n'.encode()

LISTENERS = {int(port) for port in os.environ.get('LISTENERS', '').split()}

${LISTENING_PORTS}
def live():
  end = time.monotonic() + ${WATCHDOG.timeoutMs / 1000}
  seen = b''
  try:
    with socket.create_connection((URL.hostname, URL.port), ${WATCHDOG.timeoutMs / 1000}) as connection:
      connection.sendall(REQUEST)
      while b'\r\n' not in seen:
        connection.settimeout(end - time.monotonic())
        part = connection.recv(4096)
        if not part:
          return False
        seen += part
  except (OSError, ValueError):
    return False
  return seen.split()[1] == b'200'

def tell(state):
  file = os.open(FILE, os.O_WRONLY | os.O_CREAT, 0o644)
  os.write(file, b'0' if well else b'1')
  os.close(file)
  if 'NOTIFY_SOCKET' in os.environ:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
      systemd.sendto(state, os.environ['NOTIFY_SOCKET'])

well, against = False, 0
tell(b'READY=1')
while True:
  started = time.monotonic()
  against = against + 1 if (live() and LISTENERS <= listening_ports()) != well else 0
  if against == (${WATCHDOG.fall} if well else ${WATCHDOG.rise}):
    well, against = not well, 0
    print('the proxy is', 'well' if well else 'sick')
  tell(b'WATCHDOG=1')
  time.sleep(max(0, started + ${WATCHDOG.intervalMs / 1000} - time.monotonic()))
`;
