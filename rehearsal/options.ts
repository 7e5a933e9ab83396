/** What the commands that play failovers have in common: how they read options, write files, and end. */
import { setMaxListeners } from 'node:events';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from './usage-error';

/** Reads the figures among a command's options, within bounds. */
export class Figures {
  /** @param command name of the command, whose help lists the options */
  constructor(private readonly command: string) {}

  number(name: string, value: string, min: number, max: number): number {
    const parsed = Number(value);
    if (value.trim() === '' || !(parsed >= min && parsed <= max)) {
      throw new UsageError(
        `--${name} must be a number from ${min} to ${max}, got '${value}': see proxy-fleet ${this.command} --help`,
      );
    }
    return parsed;
  }

  whole(name: string, value: string, min: number, max: number): number {
    const parsed = this.number(name, value, min, max);
    if (!Number.isInteger(parsed))
      throw new UsageError(`--${name} must be a whole number, got '${value}': see proxy-fleet ${this.command} --help`);
    return parsed;
  }
}

/** Before something that takes minutes, not after it. */
export function requireWritable(file: string): void {
  try {
    accessSync(dirname(resolve(file)), constants.W_OK);
  } catch (error) {
    throw new UsageError(`cannot write '${file}' (${(error as Error).message}): choose another place`);
  }
}

export function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(`cannot write '${file}' (${(error as Error).message}): choose another place`);
  }
}

/** Aborted with the status to end with: the one a shell expects after the signal. */
export function untilSignal(): AbortSignal {
  const stopping = new AbortController();
  // Every run listens to it.
  setMaxListeners(0, stopping.signal);
  for (const [signal, status] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => stopping.abort(status));
  }
  return stopping.signal;
}
