/** Runs the checkers that others wrote. */
import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { findNginx } from '../../rehearsal/proxies/engine-binary';
import { ROOT } from './synth';

export interface CheckerResult {
  readonly status: number;
  readonly output: string;
}

const TIMEOUT_MS = 60_000;

/** Runs a program to its end, whatever its exit status; its output is what it printed to either side. */
export function check(program: string, args: string[], timeout = TIMEOUT_MS): Promise<CheckerResult> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ status: Number(error?.code ?? 0), output: `${stdout}${stderr}`.trim() });
    });
  });
}

/** A checker of the Python environment that `scripts/setup.mjs test` makes. */
export function python(program: string): string {
  return join(ROOT, '.venv', 'bin', program);
}

/** A checker that not every machine has; undefined, with the reason printed, when it is not there. */
export function optional(program: string, loss: string): string | undefined {
  const directories = (process.env.PATH ?? '').split(delimiter).filter((directory) => directory !== '');
  const found = directories.map((directory) => join(directory, program)).find(executable);
  if (found === undefined) process.stdout.write(`skipped: no ${program} on PATH, so ${loss}\n`);
  return found;
}

/** The nginx that a rehearsal would run; undefined, with the reason printed, when there is none. */
export function optionalNginx(loss: string): string | undefined {
  try {
    return findNginx().path;
  } catch (error) {
    process.stdout.write(`skipped: ${(error as Error).message}, so ${loss}\n`);
    return undefined;
  }
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
