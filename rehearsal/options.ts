/** What the commands that read templates have in common: their options, how these are read, files that are written, and the end. */
import { setMaxListeners } from 'node:events';
import { accessSync, constants, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type Assumptions, DEFAULT_ASSUMPTIONS } from './template/budgets';
import { UsageError } from './usage-error';

/** Which template, and what is assumed of AWS. */
export const TEMPLATE_OPTIONS = {
  stack: { type: 'string' },
  propagation: { type: 'string', default: String(DEFAULT_ASSUMPTIONS.propagationSeconds) },
  'address-move': { type: 'string', default: String(DEFAULT_ASSUMPTIONS.addressMoveSeconds) },
  'no-color': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export const STACK_HELP = '  --stack NAME         the stack, when the directory holds several';
export const ASSUMPTIONS_HELP = `  --propagation N      assumed seconds from a health check to DNS answers, at most (default ${DEFAULT_ASSUMPTIONS.propagationSeconds})
  --address-move N     assumed seconds from an address move to traffic, at most (default ${DEFAULT_ASSUMPTIONS.addressMoveSeconds})`;

/** @param command name of the command, whose help lists the options */
export function parseOptions<T extends NonNullable<ParseArgsConfig['options']>>(command: string, args: string[], options: T) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('\n')[0]}: see proxy-fleet ${command} --help`);
  }
}

/** The one path that may be given. */
export function templatePath(positionals: readonly string[]): string {
  if (positionals.length > 1)
    throw new UsageError(`one directory or template at a time, got ${positionals.length}: leave out all but one`);
  return positionals[0] ?? 'cdk.out';
}

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

  assumptions(values: { readonly propagation: string; readonly 'address-move': string }): Assumptions {
    return {
      propagationSeconds: this.number('propagation', values.propagation, 0, 600),
      addressMoveSeconds: this.number('address-move', values['address-move'], 0, 600),
    };
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
