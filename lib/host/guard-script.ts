import { DRAIN_STATE_MAP_PATH, GUARD, HEALTH_FILE_PATH } from '../private/contract';

/**
 * Makes a sick proxy refuse connections, so that clients move on at once instead of waiting for an answer that never comes.
 *
 * Order of events: the watchdog's verdict turns sick -> the proxy is killed, whose ports then refuse, and systemd starts it again ->
 * if it is not well in time its ports are rejected, and it is killed again after a pause that doubles -> after several such kills the
 * instance reports itself unhealthy to its auto scaling group, once -> when the proxy is well the ports are accepted again.
 *
 * Gotchas: nothing happens while the proxy is leaving or draining, which looks like sickness and is none. A verdict that nobody renews
 * counts as sick: the watchdog writes one when it ends. The commands are settings, so that whoever tries this kills something else.
 */
export const GUARD_SCRIPT = String.raw`import os, socket, subprocess, time

ENV = os.environ
STATE = ENV.get('DRAIN_STATE', '${DRAIN_STATE_MAP_PATH}')
HEALTH = ENV.get('HEALTH_FILE', '${HEALTH_FILE_PATH}')
PORTS = ', '.join(['${GUARD.healthPort}', *ENV.get('LISTENERS', '').split()])
TABLE = 'inet proxy_fleet'
RULES = f'''table {TABLE} {{ }}
flush table {TABLE}
table {TABLE} {{ chain input {{ type filter hook input priority -10; iif lo accept; tcp dport {{ {PORTS} }} reject with tcp reset; }} }}
'''
KILL = ENV.get('KILL_COMMAND', 'systemctl kill -s KILL proxy-fleet')
REJECT = ENV.get('REJECT_COMMAND', 'nft -f -')
ACCEPT = ENV.get('ACCEPT_COMMAND', f'nft delete table {TABLE}')
REPORT = ENV.get('REPORT_COMMAND', '''
token=$(curl -sf -m 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token) &&
id=$(curl -sf -m 2 -H "X-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/meta-data/instance-id) &&
aws autoscaling set-instance-health --region "$REGION" --instance-id "$id" --health-status Unhealthy
''')

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
  return ok

def decide(now, sick, draining, memory):
  """What to do now, and what to remember: of a proxy that is sick 'since' then, 'kills' of it, the time of the 'next', what was done."""
  if not sick:
    return (['accept'] if memory.get('rejected') else []), {}
  if draining:
    return [], memory
  if 'next' not in memory:
    return ['kill'], {'kills': 1, 'next': now + ${GUARD.patienceSeconds}}
  if now < memory['next']:
    return [], memory
  kills = memory['kills'] + 1
  pause = min(${GUARD.longestPauseSeconds}, ${GUARD.patienceSeconds} * 2 ** memory['kills'])
  actions = [] if memory.get('rejected') else ['reject']
  actions.append('kill')
  report = kills > ${GUARD.killsUntilReport} and not memory.get('reported')
  if report:
    actions.append('report')
  return actions, {'kills': kills, 'next': now + pause, 'rejected': True, 'reported': report or memory.get('reported', False)}

def tell(state):
  if 'NOTIFY_SOCKET' in ENV:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
      systemd.sendto(state, ENV['NOTIFY_SOCKET'])

def main():
  run('ports accepted at the start', ACCEPT + ' 2>/dev/null || true')
  memory, was_well = {}, False
  tell(b'READY=1')
  while True:
    sick = read(HEALTH) != '0'
    was_well = was_well or not sick
    if was_well:
      draining = read(STATE) in ('state leaving', 'state draining')
      actions, memory = decide(time.monotonic(), sick, draining, memory)
      for action in actions:
        if action == 'kill':
          run('the proxy is sick: killed', KILL)
        elif action == 'reject':
          run('it is not well again: its ports are rejected', REJECT, RULES)
        elif action == 'accept':
          run('it is well again: its ports are accepted', ACCEPT)
        elif not run('it does not recover: reported unhealthy', REPORT):
          memory['reported'] = False
    tell(b'WATCHDOG=1')
    time.sleep(${GUARD.lookMs / 1000})

if __name__ == '__main__':
  main()
`;
