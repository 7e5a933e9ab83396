/** Who watches a failover: the clients of a scenario, and what each of them suffered. */
import type { VirtualIpTopology } from '../../lib/private/takeover-contract';
import type { ClientOptions } from '../clients/client';
import type { Door } from '../proxies/surroundings';
import type { TimedSample } from '../recorder';
import type { Bucket, ClientResult } from '../report/result';
import type { Budget } from '../template/budgets';
import type { TakeoverModel } from '../template/model';

/** Simulated milliseconds that one bar of a client's chart covers. */
export const BUCKET_MS = 2000;

export interface Witness {
  readonly name: string;
  readonly behaviour: string;
  readonly options: ClientOptions;
  /** The last moment at which a request may fail, in simulated seconds after the fault; 0 for a client that must not notice. */
  readonly budget: Budget;
}

/** What witnesses need to know of the box. */
export interface Played {
  /** What clients connect to. */
  readonly door: Door;
  /** Draws what they draw. */
  readonly seed: number;
}

/** Two clients of a name: one that uses the first address of an answer, and one that must not notice, because it tries the next. */
export function nameWitnesses(name: string, { door, seed }: Played, budget: Budget): Witness[] {
  const common = { ...door, host: name, resolver: '' };
  return [
    {
      name: 'first address only',
      behaviour: `asks for ${name}, keeps the answer for its TTL, uses one address`,
      options: { ...common, kind: 'first-address', seed },
      budget,
    },
    {
      name: 'next address',
      behaviour: 'the same, but tries the next address when one refuses',
      options: { ...common, kind: 'next-address', seed: seed + 1 },
      budget: NOTHING,
    },
  ];
}

/** Clients that know a virtual IP and no name, one for each. */
export function virtualIpWitnesses(
  virtualIps: readonly VirtualIpTopology[],
  takeover: TakeoverModel,
  { door }: Pick<Played, 'door'>,
  budget: Budget,
): Witness[] {
  return virtualIps.map(({ name, allocationId }) => ({
    name: virtualIps.length === 1 ? 'virtual ip only' : `virtual ip ${name} only`,
    behaviour: `knows the virtual IP ${name} and no name`,
    options: {
      ...door,
      kind: 'virtual-ip',
      host: name.replaceAll('/', '-'),
      address: takeover.addresses.get(allocationId) ?? '',
    },
    budget,
  }));
}

/** A time at which connections broke, in simulated milliseconds since the fault: a process takes a while to die. */
export interface Break {
  readonly from: number;
  readonly until: number;
}

/** No request may fail. */
export const NOTHING: Budget = { seconds: 0, formula: 'no request may fail' };

/**
 * Sums up what a client told. Requests that were under way when connections broke die with them, whatever the client does: they are
 * counted apart. A client that told nothing has not kept its budget, because nobody watched, and neither has one that failed before
 * the fault.
 *
 * @param breaks when connections broke
 */
export function sumUp(
  { name, behaviour, budget }: Witness,
  samples: readonly TimedSample[],
  breaks: readonly Break[] = [{ from: 0, until: 0 }],
): ClientResult {
  const failed = samples.filter((sample) => !sample.ok).sort((a, b) => a.since - b.since);
  const inFlight = failed.filter(({ since, until }) => breaks.some((each) => since < each.until && until >= each.from));
  const others = failed.filter((sample) => !inFlight.includes(sample));
  const last = Math.max(...others.map(ending));
  return {
    name,
    behaviour,
    requests: samples.length,
    failures: others.length,
    inFlight: inFlight.length,
    firstFailure: others[0] && seconds(others[0].since),
    lastFailure: others.length === 0 ? undefined : seconds(last),
    slowestMs: Math.max(0, ...samples.filter((sample) => sample.ok).map((sample) => sample.ms)),
    budget: budget.seconds,
    kept: samples.length > 0 && others.every((sample) => sample.since >= 0 && ending(sample) <= budget.seconds * 1000),
    buckets: bucketsOf(samples),
  };
}

/** A client's own time-out is not scaled, so what it waited counts as it was: a fast rehearsal would else take seconds for minutes. */
function ending({ since, ms }: TimedSample): number {
  return since + ms;
}

function bucketsOf(samples: readonly TimedSample[]): Bucket[] {
  const buckets = new Map<number, { at: number; ok: number; failed: number }>();
  for (const { since, ok } of samples) {
    const at = Math.floor(since / BUCKET_MS) * BUCKET_MS;
    const bucket = buckets.get(at) ?? { at, ok: 0, failed: 0 };
    bucket[ok ? 'ok' : 'failed']++;
    buckets.set(at, bucket);
  }
  return [...buckets.values()].sort((a, b) => a.at - b.at);
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 100) / 10;
}
