import { DRAIN_ENVIRONMENT_PATH, DRAIN_SECONDS, SLOT_ENVIRONMENT_PATH, VRRP_FIFO_PATH } from '../private/contract';
import { PROXY_UNIT } from './boot-script';
import { DRAIN_STATE } from './drain-state';

/**
 * Takes the proxy out of service without a lost request. Without an option once and now; `--undo` puts it back; `--watch` when its auto
 * scaling group ends the instance, or EC2 takes a Spot instance back; `--shutdown` while the machine shuts down.
 *
 * Order of events: leaving (only whoever places virtual IPs is refused, and gets a hint) until the virtual IPs are elsewhere; draining
 * (the ready path fails, traffic is served) for as long as names may lead here; soft stop; with `--watch` the lifecycle action is
 * completed. Every step is bounded and says how long it took, on standard output and in the journal.
 *
 * Gotchas: the state is in files, so whoever is killed in the middle leaves it as it is, and the next drain goes on from there: the
 * clock of the draining state is that of its file. One drain at a time, the next one waits and finds nothing to do. An undo changes the
 * state first; the drain that is under way sees it and gives up, and so does one that waits for that.
 * The group's name is asked for, because user data cannot have it. While the machine shuts down
 * systemd stops the proxy by itself, and waiting for it here would wait for ever. A virtual IP is a public address on any private address
 * but the first.
 */
export const DRAIN_SCRIPT = String.raw`import contextlib, fcntl, math, os, shlex, socket, subprocess, sys, syslog, tempfile, time
from urllib.error import HTTPError
from urllib.request import Request, urlopen

IMDS = os.environ.get('AWS_EC2_METADATA_SERVICE_ENDPOINT', 'http://169.254.169.254') + '/latest/'
LOCK = '/run/proxy-fleet-drain.lock'
UNIT = '${PROXY_UNIT}'
POLL = 1
HINT_EVERY = 5

class Undone(Exception):
  pass

def say(text):
  print('drain:', text, flush=True)
  if 'JOURNAL_STREAM' not in os.environ:
    syslog.syslog('drain: ' + text)

def read_settings():
  found = {}
  for path in '${SLOT_ENVIRONMENT_PATH}', '${DRAIN_ENVIRONMENT_PATH}':
    with open(path) as file:
      found.update(word.split('=', 1) for word in shlex.split(file.read()))
  return found

def fetch(path, header, value, method='GET'):
  headers = {'X-aws-ec2-metadata-token' + header: value}
  with urlopen(Request(IMDS + path, headers=headers, method=method), timeout=2) as answer:
    return answer.read().decode()

def imds(path):
  try:
    return fetch('meta-data/' + path, '', fetch('api/token', '-ttl-seconds', '60', 'PUT'))
  except HTTPError as error:
    if error.code == 404:
      return ''
    raise

def is_terminating():
  try:
    return imds('autoscaling/target-lifecycle-state') == 'Terminated' or imds('spot/instance-action') != ''
  except OSError as error:
    say(f'the lifecycle state is not known: {error!r}')
    return False

def virtual_ips():
  try:
    associations = f"network/interfaces/macs/{imds('mac')}/ipv4-associations/"
    own = imds('local-ipv4')
    return [public for public in imds(associations).split() if own not in imds(associations + public).split()]
  except OSError as error:
    say(f'the addresses of the interface are not known: {error!r}')
    return None

def systemctl(*words, seconds=10):
  try:
    done = subprocess.run(['systemctl', *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=seconds)
    return done.stdout.decode().strip(), done.returncode == 0
  except subprocess.TimeoutExpired:
    return f'no end after {seconds:g} s', False

def aws(*words):
  command = ['aws', *words, '--region', SETTINGS['REGION'], '--output', 'text']
  done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20)
  if done.returncode:
    raise OSError(done.stderr.decode().strip())
  return done.stdout.decode().strip()

${DRAIN_STATE}def hint():
  try:
    fifo = os.open('${VRRP_FIFO_PATH}', os.O_WRONLY | os.O_NONBLOCK)
  except OSError as error:
    return f'gave no hint, the sweep of a minute must do ({error.strerror})'
  try:
    os.write(fifo, f'INSTANCE "slot-{SETTINGS["SLOT"]}" STOP 0\n'.encode())
  except OSError as error:
    return f'gave no hint, the sweep of a minute must do ({error.strerror})'
  finally:
    os.close(fifo)
  return 'gave a hint'

class Drain:
  def __init__(self, terminating=False, shutdown=False):
    self.terminating = terminating
    self.shutdown = shutdown
    self.end = time.monotonic() + (${DRAIN_SECONDS.shutdown} if shutdown else math.inf)
    self.heartbeat_at = time.monotonic() + float(SETTINGS['HOOK_SECONDS']) / 2
    self.group = None

  def run(self):
    with self.locked():
      if self.is_stopped():
        say('the proxy does not run, nothing to drain')
        return
      if state() != 'draining':
        enter('leaving')
        self.timed(self.leave)
      here = virtual_ips()
      self.check()
      enter('draining')
      self.timed(lambda: self.serve(SETTINGS['SERVE_SECONDS' if here == [] else 'SERVE_SECONDS_WITH_VIRTUAL_IPS']))
      if self.shutdown:
        say('systemd stops the proxy next')
      else:
        self.timed(self.stop)

  # An undo that came while nobody looked; one that shuts down goes on whatever anybody wants.
  def check(self):
    if state() == 'serving' and not self.shutdown:
      raise Undone()

  def timed(self, step):
    started = time.monotonic()
    result = step()
    say(f'{result} after {time.monotonic() - started:.1f} s')

  def pause(self, wanted=None):
    time.sleep(POLL)
    if wanted and state() != wanted:
      raise Undone()
    if self.terminating and time.monotonic() > self.heartbeat_at:
      self.heartbeat_at = time.monotonic() + float(SETTINGS['HOOK_SECONDS']) / 2
      try:
        self.lifecycle('record-lifecycle-action-heartbeat')
        say('asked for more time')
      except Exception as error:
        say(f'got no more time: {error!r}')

  @contextlib.contextmanager
  def locked(self, undoing=False):
    with open(LOCK, 'w') as lock:
      waits = False
      while True:
        try:
          fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
          break
        except BlockingIOError:
          if not waits:
            say('another drain is under way, waiting for it')
          waits = True
          if time.monotonic() > self.end:
            sys.exit('drain: the other drain takes too long')
          self.pause()
      if waits and not undoing:
        self.check()
      yield

  def is_stopped(self):
    return systemctl('is-active', UNIT)[0] in ('inactive', 'failed', 'unknown')

  def leave(self):
    started = time.monotonic()
    end = min(self.end, started + float(SETTINGS['VIRTUAL_IP_SECONDS']))
    hint_at = started
    seen = None
    while True:
      here = virtual_ips()
      if here == []:
        return f"virtual IPs {' '.join(seen)} moved away" if seen else 'no virtual IP is here'
      if here != seen and here:
        say(f"virtual IPs {' '.join(here)} are here")
      seen = here or seen
      now = time.monotonic()
      if now >= end:
        what = f"virtual IPs {' '.join(seen)} stay" if seen else 'virtual IPs may be here'
        return f'{what}: no live peer took them; going on'
      if now >= hint_at:
        said = hint()
        if hint_at == started or 'no hint' in said:
          say(said)
        hint_at = now + HINT_EVERY
      self.pause('leaving')

  def serve(self, seconds):
    clock = lambda: time.clock_gettime(time.CLOCK_BOOTTIME)
    end = float(read(FILES['draining']) or clock()) + float(seconds)
    say(f'the ready path fails, serving for {max(0, end - clock()):.0f} s')
    while clock() < end:
      if time.monotonic() > self.end:
        return 'cut short by the shutdown, served on'
      self.pause('draining')
    return 'served on'

  def stop(self):
    if state() != 'draining':
      raise Undone()
    said, done = systemctl('stop', UNIT, seconds=float(SETTINGS['STOP_SECONDS']))
    return 'the proxy is stopped' if done else f'the proxy is not stopped ({said})'

  def lifecycle(self, action, *words):
    if not self.group:
      where = '--stack-name', SETTINGS['STACK'], '--logical-resource-id', SETTINGS['RESOURCE']
      query = '--query', 'StackResourceDetail.PhysicalResourceId'
      self.group = aws('cloudformation', 'describe-stack-resource', *where, *query)
    hook = '--lifecycle-hook-name', SETTINGS['HOOK'], '--auto-scaling-group-name', self.group
    aws('autoscaling', action, *hook, '--instance-id', imds('instance-id'), *words)

  def complete(self):
    said = None
    for pause in 0, 1, 2, 4, 8:
      time.sleep(pause)
      try:
        self.lifecycle('complete-lifecycle-action', '--lifecycle-action-result', 'CONTINUE')
        return 'the lifecycle action is completed'
      except Exception as error:
        said = error
    return f'the lifecycle action is not completed, it ends by itself ({said!r})'

def watch():
  while not is_terminating():
    time.sleep(2 * POLL)
  say('this instance is to end')
  drain = Drain(terminating=True)
  while True:
    try:
      drain.run()
      break
    except Undone:
      say('undone, but the instance must go: starting again')
  drain.timed(drain.complete)
  while True:
    time.sleep(3600)

def undo():
  if is_terminating():
    sys.exit('drain: this instance is to end, which cannot be undone')
  enter('serving')
  with Drain().locked(undoing=True):
    enter('serving')
    said, done = systemctl('start', UNIT, seconds=float(SETTINGS['STOP_SECONDS']))
  if not done:
    sys.exit(f'drain: the proxy does not start ({said})')
  say('the proxy serves')

SETTINGS = read_settings()
option = ' '.join(sys.argv[1:])
try:
  if option == '--watch':
    watch()
  elif option == '--undo':
    undo()
  elif option == '--shutdown':
    if systemctl('is-system-running')[0] == 'stopping':
      Drain(shutdown=True).run()
  elif option == '':
    Drain().run()
  else:
    sys.exit(f'drain: the option must be --undo, --watch, --shutdown or none, got {option}')
except Undone:
  sys.exit('drain: undone by somebody else')
`;
