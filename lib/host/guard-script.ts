import { DRAIN_STATE_MAP_PATH, GUARD, HEALTH_FILE_PATH, HEALTH_PORT, LIVE_PATH } from '../private/contract';
import { LISTENING_PORTS } from './listening-ports';

/**
 * Makes a hung proxy refuse connections, so that clients move on at once instead of waiting for an answer that never comes.
 *
 * Order of events: the watchdog's verdict turns sick -> the guard asks for itself and gives the proxy more time -> without an answer it
 * is killed, whose ports then refuse, and systemd starts it again -> if it is not well in time, or hangs again soon, its ports are
 * rejected, and it is killed again after a pause that doubles -> after several such kills the instance reports itself unhealthy to its
 * auto scaling group, once -> when the proxy is well the ports are accepted again, and a while later its kills are forgotten.
 *
 * Gotchas: a proxy that is slow is sick and is not killed, and neither is a well one whose watchdog died. One that was told to stop
 * serves its last connections to their end and is left alone. A drain keeps nothing but the report back. The commands are settings, so
 * that whoever tries this kills something else.
 */
export const GUARD_SCRIPT = String.raw`import contextlib, os, select, socket, subprocess, time
from urllib.parse import urlsplit

ENV = os.environ
URL = urlsplit(ENV.get('HEALTH_URL', 'http://127.0.0.1:${HEALTH_PORT}${LIVE_PATH}'))
REQUEST = f'GET {URL.path} HTTP/1.1\r\nHost: {URL.netloc}\r\nConnection: close\r\n\r\n'.encode()
STATE = ENV.get('DRAIN_STATE', '${DRAIN_STATE_MAP_PATH}')
HEALTH = ENV.get('HEALTH_FILE', '${HEALTH_FILE_PATH}')
LISTENERS = ENV.get('LISTENERS', '').split()
PORTS = ', '.join(['${GUARD.healthPort}', *LISTENERS])
TABLE = 'inet proxy_fleet'
RULES = f'''table {TABLE} {{ }}
flush table {TABLE}
table {TABLE} {{
  chain input {{
    type filter hook input priority -10
    iif != lo tcp dport {{ {PORTS} }} reject with tcp reset
  }}
}}
'''
UNIT_STATE = ENV.get('UNIT_STATE_COMMAND', 'systemctl show --property=ActiveState --value proxy-fleet')
KILL = ENV.get('KILL_COMMAND', 'systemctl kill -s KILL proxy-fleet')
REJECT = ENV.get('REJECT_COMMAND', 'nft -f -')
ACCEPT = ENV.get('ACCEPT_COMMAND', f'nft delete table {TABLE}')
REPORT = ENV.get('REPORT_COMMAND', '''
token=$(curl -sf -m 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token) &&
id=$(curl -sf -m 2 -H "X-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/meta-data/instance-id) &&
aws autoscaling set-instance-health --region "$REGION" --instance-id "$id" --health-status Unhealthy
''')

def fresh(now):
  """What is remembered: when the proxy last had to start, whether it was well since, its kills, and what was done."""
  return {'started': now, 'back': False, 'kills': 0, 'rejected': False, 'reported': False}

def decide(now, seen, draining, memory):
  """What to do now about a proxy that was seen 'well', 'slow', 'hung' or 'stopped', and what to remember."""
  since, kills, rejected = now - memory['started'], memory['kills'], memory['rejected']
  accept = ['accept'] if rejected else []
  if seen == 'stopped':
    return accept, fresh(now)
  if seen == 'well':
    remembered = {**memory, 'back': True, 'rejected': False}
    return accept, {**remembered, 'kills': 0, 'reported': False} if since >= ${GUARD.calmSeconds} else remembered
  if seen == 'slow':
    return [], memory
  unproved = ${GUARD.patienceSeconds} if not memory['back'] else 0
  pause = min(${GUARD.longestPauseSeconds}, ${GUARD.patienceSeconds} * 2 ** (kills - 1)) if kills else unproved
  actions = []
  if kills and not rejected and (memory['back'] or since >= ${GUARD.patienceSeconds}):
    actions.append('reject')
  memory = {**memory, 'rejected': rejected or bool(actions)}
  if since >= pause:
    actions.append('kill')
    memory = {**memory, 'started': now, 'back': False, 'kills': kills + 1}
    if kills >= ${GUARD.killsUntilReport} and not memory['reported'] and not draining:
      actions.append('report')
      memory['reported'] = True
  return actions, memory

class Question:
  """One request for the live path, for which nobody waits. Its answer is None until there is one."""

  def __init__(self):
    self.answer, self.asked, self.seen = None, False, b''
    self.socket = socket.socket(socket.AF_INET6 if ':' in URL.hostname else socket.AF_INET)
    self.socket.setblocking(False)
    self.socket.connect_ex((URL.hostname, URL.port))

  def look(self):
    way = [self.socket]
    while self.answer is None and any(select.select(way * self.asked, way * (not self.asked), [], 0)):
      try:
        if self.asked:
          part = self.socket.recv(4096)
          self.seen += part
          if not part or b'\r\n' in self.seen or len(self.seen) > 4096:
            self.answer = self.seen.split()[1:2] == [b'200']
        else:
          self.socket.send(REQUEST)
          self.asked = True
      except OSError:
        self.answer = False
    if self.answer is not None:
      self.socket.close()
    return self.answer

class Sight:
  """What the proxy looks like: the verdict is believed when it is good, and found out for itself when it is not."""

  def __init__(self):
    self.alive, self.question = time.monotonic(), None

  def look(self, now):
    if read(HEALTH) == '0':
      self.alive, self.question = now, None
      return 'well'
    self.question = self.question or Question()
    answer = self.question.look()
    if answer is not None:
      self.question = None
    if answer and {int(port) for port in LISTENERS} <= listening_ports():
      self.alive = now
    return 'slow' if now - self.alive < ${GUARD.answerMs / 1000} else 'stopped' if stopped() else 'hung'

def stopped():
  with contextlib.suppress(subprocess.TimeoutExpired):
    done = subprocess.run(UNIT_STATE, shell=True, capture_output=True, text=True, timeout=${GUARD.commandTimeoutSeconds})
    return done.stdout.strip() in ('deactivating', 'inactive', 'failed')
  return False

${LISTENING_PORTS}
def read(path):
  try:
    with open(path) as file:
      return file.read().strip()
  except OSError:
    return ''

def run(what, command, text=''):
  try:
    done = subprocess.run(command, shell=True, input=text, capture_output=True, text=True, timeout=${GUARD.commandTimeoutSeconds})
    error = done.stderr.strip() if done.returncode else ''
    ok = done.returncode == 0
  except subprocess.TimeoutExpired:
    error, ok = 'no end in time', False
  print(what, '' if ok else f'failed: {error}', flush=True)
  tell(b'WATCHDOG=1')
  return ok

def tell(state):
  if 'NOTIFY_SOCKET' in ENV:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
      systemd.sendto(state, ENV['NOTIFY_SOCKET'])

def main():
  run('ports accepted at the start', ACCEPT + ' 2>/dev/null || true')
  memory, sight = fresh(time.monotonic()), Sight()
  tell(b'READY=1')
  while True:
    now = time.monotonic()
    seen = sight.look(now)
    actions, memory = decide(now, seen, read(STATE) in ('state leaving', 'state draining'), memory)
    for action in actions:
      if action == 'kill':
        run('the proxy hangs: killed', KILL)
      elif action == 'reject':
        memory['rejected'] = run('it is not well again: its ports are rejected', REJECT, RULES)
      elif action == 'accept':
        run('its ports are accepted again', ACCEPT)
      elif not run('it does not recover: reported unhealthy', REPORT):
        memory['reported'] = False
    tell(b'WATCHDOG=1')
    time.sleep(1 if seen == 'stopped' else ${GUARD.lookMs / 1000})

if __name__ == '__main__':
  main()
`;
