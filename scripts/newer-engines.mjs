// Runs what examines the proxies and their configuration once more with the HAProxy and nginx of Debian 13. Nothing is installed: apt
// checks and unpacks them into a folder of their own, with their libraries. Where there is no apt it says so and runs nothing.
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian trixie main\n';
const PACKAGES = ['haproxy', 'nginx', 'libnginx-mod-stream', 'patchelf'];
const TESTS = ['test/engine', 'test/templates/haproxy', 'test/templates/examples-haproxy', 'test/cli/rehearse-(host|nginx)'];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const place = mkdtempSync(join(tmpdir(), 'proxy-fleet-engines-'));
try {
  const reason = download();
  if (reason === undefined) process.exitCode = examine(unpack());
  else process.stdout.write(`skipped: newer engines are not examined: ${reason}\n`);
} finally {
  rmSync(place, { recursive: true, force: true });
}

/** Undefined when all packages are there, else why not. */
function download() {
  for (const folder of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(place, folder), { recursive: true });
  writeFileSync(join(place, 'sources.list'), SOURCE);
  // As if nothing was installed, so that all libraries come along.
  writeFileSync(join(place, 'status'), '');
  const settings = {
    'Dir::Etc::SourceList': join(place, 'sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State::Lists': join(place, 'lists'),
    'Dir::State::status': join(place, 'status'),
    'Dir::Cache': join(place, 'cache'),
    'Debug::NoLocking': '1',
    'APT::Install-Recommends': '0',
    'APT::Sandbox::User': '',
    'APT::Update::Error-Mode': 'any',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  for (const order of [['update'], ['install', '--yes', '--download-only', ...PACKAGES]]) {
    const { status, error, stderr } = spawnSync('apt-get', ['-qq', ...options, ...order], { encoding: 'utf8' });
    if (status !== 0) return error?.message ?? stderr.trim().split('\n').at(-1);
  }
  return undefined;
}

/** Paths of the programs, as the environment variables that tests read. */
function unpack() {
  const system = join(place, 'system');
  const archives = join(place, 'cache', 'archives');
  for (const file of readdirSync(archives).filter((name) => name.endsWith('.deb')))
    execFileSync('dpkg', ['-x', join(archives, file), system]);
  const libraries = join(
    system,
    'usr/lib',
    readdirSync(join(system, 'usr/lib')).find((name) => name.endsWith('-linux-gnu')),
  );
  const loader = join(
    libraries,
    readdirSync(libraries).find((name) => /^ld-linux-.*\.so\.\d$/.test(name)),
  );
  const program = (name) => join(system, 'usr/sbin', name);
  for (const name of ['haproxy', 'nginx']) {
    const patch = ['--set-interpreter', loader, '--force-rpath', '--set-rpath', libraries, program(name)];
    execFileSync(loader, ['--library-path', libraries, join(system, 'usr/bin/patchelf'), ...patch]);
  }
  // It tells where its modules are, as if it were installed.
  const nginx = join(place, 'nginx');
  const told = `"$0.real" -V 2>&1 | sed 's#--modules-path=#&${system}#' >&2`;
  writeFileSync(nginx, `#!/bin/sh\nif [ "$1" = -V ]; then ${told}; else exec "$0.real" "$@"; fi\n`);
  chmodSync(nginx, 0o755);
  execFileSync('ln', ['-s', program('nginx'), `${nginx}.real`]);
  return { HAPROXY: program('haproxy'), NGINX_BINARY: nginx };
}

function examine(engines) {
  for (const engine of Object.values(engines)) spawnSync(engine, ['-v'], { stdio: 'inherit' });
  const jest = [join(root, 'node_modules', '.bin', 'jest'), '--ci', '--maxWorkers=2', ...TESTS];
  return (
    spawnSync(jest[0], jest.slice(1), {
      cwd: root,
      env: { ...process.env, CDK_VALIDATION: 'false', ...engines },
      stdio: 'inherit',
    }).status ?? 1
  );
}
