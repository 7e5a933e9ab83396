/** Options of `proxy-fleet drain`. */
import { parseArgs } from 'node:util';
import { UsageError } from '../rehearsal/usage-error';
import type { DrainRequest } from '../runtime/drain-order';

export interface DrainCall {
  readonly request: DrainRequest;
  readonly region?: string;
  readonly profile?: string;
  readonly json: boolean;
}

/** What is asked for; undefined when it is help. */
export function parseDrain(args: readonly string[]): DrainCall | undefined {
  const { values, positionals } = parse(args);
  const { stack, fleet, slot, region, profile } = values;
  if (values.help) return undefined;
  if (positionals.length > 0) throw wrong(`no name may stand alone, got '${positionals.join(' ')}'`);
  if (!stack) throw wrong('--stack must name a deployed stack, got none');
  if (!slot) throw wrong('--slot must name a slot, got none');
  return { request: { stack, fleet, slot, undo: values.undo }, region, profile, json: values.json };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        stack: { type: 'string' },
        fleet: { type: 'string' },
        slot: { type: 'string' },
        undo: { type: 'boolean', default: false },
        region: { type: 'string' },
        profile: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw wrong((error as Error).message.split('\n')[0] as string);
  }
}

function wrong(what: string): UsageError {
  return new UsageError(`${what}: see proxy-fleet drain --help`);
}
