/** Options of `proxy-fleet vip`: what is asked for, and of whom. */
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from '../rehearsal/usage-error';
import type { OrderRequest } from '../runtime/order-request';

const LONGEST_SECONDS = 7 * 86_400;
const DEFAULT_SPAN = '1h';
const UNIT_SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

const COMMON = {
  stack: { type: 'string' },
  rehearsal: { type: 'string' },
  fleet: { type: 'string' },
  region: { type: 'string' },
  profile: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  'no-color': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Options that a verb has besides. */
const OWN = {
  status: {},
  move: { to: { type: 'string' } },
  pin: { to: { type: 'string' }, for: { type: 'string' } },
  unpin: {},
  maintenance: {
    slot: { type: 'string' },
    'virtual-ip': { type: 'string' },
    for: { type: 'string' },
    end: { type: 'boolean' },
  },
} as const;

export type Verb = keyof typeof OWN;

export const VERBS = Object.keys(OWN) as Verb[];

/** Where the fleet is. */
export type Place =
  | {
      readonly kind: 'stack';
      readonly stack: string;
      readonly fleet?: string;
      readonly region?: string;
      readonly profile?: string;
    }
  /** Without a process the only one. */
  | { readonly kind: 'rehearsal'; readonly pid: string };

export interface VipCall {
  readonly place: Place;
  /** Without an order the status is asked for. */
  readonly order?: OrderRequest;
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly color?: boolean;
}

interface Values {
  readonly [option: string]: string | boolean | undefined;
}

/** What the words after `vip VERB` ask for; undefined when they ask for help. */
export function parseVip(verb: Verb, args: readonly string[]): VipCall | undefined {
  const { values, positionals } = parse(verb, args);
  if (values.help) return undefined;
  const most = verb === 'status' || verb === 'maintenance' ? 0 : 1;
  if (positionals.length > most) {
    const got = positionals.slice(most).join(' ');
    throw wrong(verb, most === 0 ? `no name may stand alone, got '${got}'` : `one virtual IP at a time, got '${got}' besides`);
  }
  return {
    place: placeOf(verb, values),
    order: orderOf(verb, values, positionals[0]),
    dryRun: values['dry-run'] === true,
    json: values.json === true,
    color: values['no-color'] ? false : undefined,
  };
}

function parse(verb: Verb, args: readonly string[]): { values: Values; positionals: string[] } {
  try {
    const options: ParseArgsConfig['options'] = { ...COMMON, ...OWN[verb] };
    const { values, positionals } = parseArgs({ args: withPid(args), options, allowPositionals: true });
    return { values: values as Values, positionals };
  } catch (error) {
    throw wrong(verb, (error as Error).message.split('\n')[0] as string);
  }
}

/** `--rehearsal` may have a number behind it, and parseArgs knows no option with a value that may be left out. */
function withPid(args: readonly string[]): string[] {
  return args.flatMap((word, index) => {
    const next = args[index + 1] ?? '';
    if (word === '--rehearsal') return [`--rehearsal=${/^\d+$/.test(next) ? next : ''}`];
    return args[index - 1] === '--rehearsal' && /^\d+$/.test(word) ? [] : [word];
  });
}

function placeOf(verb: Verb, values: Values): Place {
  const { stack, rehearsal, fleet, region, profile } = values as Record<string, string | undefined>;
  if ((stack === undefined) === (rehearsal === undefined)) {
    throw wrong(verb, `either --stack NAME or --rehearsal must say where, got ${stack === undefined ? 'none' : 'both'}`);
  }
  if (stack !== undefined) return { kind: 'stack', stack, fleet, region, profile };
  for (const option of ['fleet', 'region', 'profile']) {
    if (values[option] !== undefined) throw wrong(verb, `--${option} goes with --stack only, got it beside --rehearsal`);
  }
  return { kind: 'rehearsal', pid: rehearsal as string };
}

function orderOf(verb: Verb, values: Values, virtualIp: string | undefined): OrderRequest | undefined {
  switch (verb) {
    case 'status':
      return undefined;
    case 'move':
      return { kind: 'move', virtualIp, slot: slotOf(verb, values) };
    case 'pin':
      return { kind: 'pin', virtualIp, slot: slotOf(verb, values), forSeconds: secondsOf(verb, values.for) };
    case 'unpin':
      return { kind: 'unpin', virtualIp };
    case 'maintenance':
      return maintenanceOf(values);
  }
}

function maintenanceOf(values: Values): OrderRequest {
  const { slot, 'virtual-ip': virtualIp } = values as Record<string, string | undefined>;
  if ((slot === undefined) === (virtualIp === undefined)) {
    throw wrong('maintenance', `either --slot or --virtual-ip must be given, got ${slot === undefined ? 'none' : 'both'}`);
  }
  if (values.end && values.for !== undefined) throw wrong('maintenance', '--end and --for exclude each other, got both');
  const forSeconds = values.end ? undefined : secondsOf('maintenance', values.for);
  return slot === undefined ? { kind: 'freeze', virtualIp, forSeconds } : { kind: 'evacuate', slot, forSeconds };
}

function slotOf(verb: Verb, { to }: Values): string {
  if (typeof to !== 'string' || to === '') throw wrong(verb, '--to must name a slot, got none');
  return to;
}

function secondsOf(verb: Verb, span: string | boolean | undefined = DEFAULT_SPAN): number {
  const [, number, unit = ''] = /^(\d+)([smhd])$/.exec(String(span)) ?? [];
  const seconds = Number(number) * (UNIT_SECONDS[unit] ?? Number.NaN);
  if (!(seconds > 0 && seconds <= LONGEST_SECONDS)) {
    throw wrong(verb, `--for must be a time like 90s, 30m, 1h or 2d, at most 7d, got '${span}'`);
  }
  return seconds;
}

function wrong(verb: Verb, what: string): UsageError {
  return new UsageError(`${what}: see proxy-fleet vip ${verb} --help`);
}
