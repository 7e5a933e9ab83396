import { HEALTH_PORT, LIVE_PATH, SLOT_ENVIRONMENT_PATH } from '../private/contract';
import { PUBLISH_HOOK, PUBLISH_PATH, PUBLISH_SECONDS, PUBLISHED_PATH } from '../private/pool-contract';
import { type DrainTimes, longestDrainSeconds } from './drain-file';
import { ALWAYS, HARDENING, INSTALL } from './heartbeat-units';

/** Name of the unit that asks for an address. */
export const PUBLISH_UNIT_NAME = 'proxy-fleet-publish';

const WAIT_SECONDS = 5;

/** Longest time in seconds until a new instance has its address: that of one that goes, and is drained, may be the next that is free. */
export function longestLaunchSeconds(times: DrainTimes): number {
  return PUBLISH_SECONDS + longestDrainSeconds(times);
}

/** Ends the wait of the group for an instance that does not boot. The group's name is asked for, because user data cannot have it. */
const ABANDON = `  local group
  if group=$(aws cloudformation describe-stack-resource --stack-name "$STACK" --logical-resource-id "$RESOURCE" --region "$REGION" \\
    --query StackResourceDetail.PhysicalResourceId --output text) \\
    && aws autoscaling complete-lifecycle-action --lifecycle-hook-name ${PUBLISH_HOOK} --auto-scaling-group-name "$group" \\
      --instance-id "$(imds instance-id)" --lifecycle-action-result ABANDON --region "$REGION"; then
    say "the group replaces this instance"
  else
    say "the group replaces this instance when its hook's time is over, unless it is in service"
  fi
`;

/**
 * What the boot script does for it.
 *
 * @param seconds how long an instance may wait for its address
 */
export function publishPart(seconds: number): { readonly unit: string; readonly wait: string; readonly abandon: string } {
  const wait = `retry ${Math.ceil(seconds / WAIT_SECONDS)} ${WAIT_SECONDS} test -e ${PUBLISHED_PATH}\n`;
  return { unit: PUBLISH_UNIT_NAME, wait, abandon: ABANDON };
}

/**
 * Asks the fleet's address function for an address, once the proxy is live and the group wants the instance in service, and again until
 * it is settled.
 *
 * Order of events: the state that the group wants is looked at all the time, because an instance that comes out of a warm pool need not
 * boot: parked it asks only so that the group need not wait, and it asks anew when it is to serve. One that is to go does not ask.
 *
 * Gotchas: with an address of a pool the way out changes, so the answer to the question that brought it never arrives: that the instance has
 * another address than before the question is the answer then. Asking twice does no harm. Pauses differ from instance to instance: all of a fleet may
 * ask at the same time.
 */
export const PUBLISH_SCRIPT = String.raw`import json, os, random, subprocess, tempfile, time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

IMDS = os.environ.get('AWS_EC2_METADATA_SERVICE_ENDPOINT', 'http://169.254.169.254') + '/latest/'
LIVE = os.environ.get('LIVE_URL', 'http://127.0.0.1:${HEALTH_PORT}${LIVE_PATH}')
PUBLISHED = os.environ.get('PUBLISHED', '${PUBLISHED_PATH}')
FUNCTION, REGION = os.environ['PUBLISH_FUNCTION'], os.environ['REGION']
POLL = 2
LONGEST_PAUSE = 15

def fetch(path, header, value, method='GET'):
  headers = {'X-aws-ec2-metadata-token' + header: value}
  with urlopen(Request(IMDS + path, headers=headers, method=method), timeout=2) as answer:
    return answer.read().decode()

def imds(path):
  return fetch('meta-data/' + path, '', fetch('api/token', '-ttl-seconds', '60', 'PUT'))

def imds_or_nothing(path):
  try:
    return imds(path)
  except HTTPError as error:
    if error.code == 404:
      return ''
    raise

def is_live():
  try:
    with urlopen(LIVE, timeout=2) as answer:
      return answer.status == 200
  except OSError:
    return False

def ask():
  with tempfile.NamedTemporaryFile('r') as answer:
    payload = json.dumps({'instanceId': imds('instance-id')})
    command = ['aws', 'lambda', 'invoke', '--function-name', FUNCTION, '--region', REGION, '--cli-read-timeout', '15',
      '--cli-binary-format', 'raw-in-base64-out', '--payload', payload, '--query', 'FunctionError', '--output', 'text', answer.name]
    env = {**os.environ, 'AWS_MAX_ATTEMPTS': '1'}
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60)
    said = answer.read()
  if done.returncode or done.stdout.decode().strip() != 'None':
    raise OSError((done.stderr.decode().strip() or said)[:300])
  return json.loads(said)

# Whether it is settled, and why.
def publish():
  if not is_live():
    return False, 'the proxy is not live'
  before = imds_or_nothing('public-ipv4')
  try:
    answer = ask()
    return answer['settled'], answer['reason']
  except (OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
    now = imds_or_nothing('public-ipv4')
    if before and now and now != before:
      return True, f'its address is {now}'
    return False, f'not answered: {error!r}'

def main():
  settled, told, text, pause = None, None, None, POLL
  while True:
    try:
      state = imds_or_nothing('autoscaling/target-lifecycle-state')
      if state != settled:
        if settled is not None:
          settled, pause = None, POLL
          os.remove(PUBLISHED)
        if state == 'InService' or state.startswith('Warmed:'):
          done, text = publish()
          if done:
            settled = state
            with open(PUBLISHED, 'w') as file:
              file.write(text + '\n')
      pause = POLL if state == settled else min(1.5 * pause, LONGEST_PAUSE)
    except OSError as error:
      text = f'the instance metadata does not answer: {error!r}'
    if text != told:
      told = text
      print('publish:', text, flush=True)
    time.sleep(pause * random.uniform(0.5, 1))

if __name__ == '__main__':
  main()
`;

/** The unit that runs it. Its file below /run is the only one that it writes. */
export const PUBLISH_UNIT = `[Unit]
Description=Address of the proxy
After=proxy-fleet.service
ConditionPathExists=${PUBLISH_PATH}
StartLimitIntervalSec=0

[Service]
EnvironmentFile=${SLOT_ENVIRONMENT_PATH}
ExecStart=/usr/bin/python3 -u ${PUBLISH_PATH}
${ALWAYS}${HARDENING}${INSTALL}`;
