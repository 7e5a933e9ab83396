/** Who watches a failover: the clients of a scenario, and what each of them suffered. */
import type { ClientOptions } from '../clients/client';
import type { TimedSample } from '../recorder';
import type { Bucket, ClientResult } from '../report/result';
import { type Assumptions, type Budget, dnsBudget, takeoverBudget } from '../template/budgets';
import type { FleetModel } from '../template/model';

/** Simulated milliseconds that one bar of a client's chart covers. */
export const BUCKET_MS = 2000;

export interface Witness {
  readonly name: string;
  readonly behaviour: string;
  readonly options: ClientOptions;
  /** The last moment at which a request may fail, in simulated seconds after the fault; 0 for a client that must not notice. */
  readonly budget: Budget;
}

/**
 * Two clients for the first name that leads to the broken slot, one for the virtual IP that it holds.
 *
 * @param ttl seconds for which a client keeps an answer, as played: whole seconds on the wall
 */
export function witnessesOf(
  fleet: FleetModel,
  victim: string,
  held: { name: string; allocationId: string } | undefined,
  played: { port: number; seed: number; ttl: (seconds: number) => number; assumptions: Assumptions },
): Witness[] {
  const { port, seed, assumptions } = played;
  const witnesses: Witness[] = [];
  const address = fleet.slots.find(({ slot }) => slot === victim)?.address ?? '';
  const record = fleet.zones.flatMap(({ records }) => records).find(({ values }) => values.includes(address));
  const check = fleet.healthChecks.find(({ id }) => id === record?.healthCheckId);
  if (record && check) {
    const common = { host: record.name, port, resolver: '' };
    witnesses.push(
      {
        name: 'first address only',
        behaviour: `asks for ${record.name}, keeps the answer for its TTL, uses one address`,
        options: { ...common, kind: 'first-address', seed },
        budget: dnsBudget(check, played.ttl(record.ttl), assumptions),
      },
      {
        name: 'next address',
        behaviour: 'the same, but tries the next address when one refuses',
        options: { ...common, kind: 'next-address', seed: seed + 1 },
        budget: { seconds: 0, formula: 'no request may fail' },
      },
    );
  }
  if (fleet.takeover && held) {
    witnesses.push({
      name: 'virtual ip only',
      behaviour: `knows the virtual IP ${held.name} and no name`,
      options: {
        kind: 'virtual-ip',
        host: held.name.replaceAll('/', '-'),
        port,
        address: fleet.takeover.addresses.get(held.allocationId) ?? '',
      },
      budget: takeoverBudget(fleet.takeover.sweepSeconds, assumptions),
    });
  }
  return witnesses;
}

/**
 * Sums up what a client told. Requests that were under way when the proxy died die with it, whatever the client does: they are counted
 * apart. A client that told nothing has not kept its budget, because nobody watched, and neither has one that failed before the fault.
 */
export function sumUp({ name, behaviour, budget }: Witness, samples: readonly TimedSample[]): ClientResult {
  const failed = samples.filter((sample) => !sample.ok).sort((a, b) => a.since - b.since);
  const inFlight = failed.filter((sample) => sample.since < 0 && sample.until >= 0);
  const others = failed.filter((sample) => !inFlight.includes(sample));
  const last = [...others].sort((a, b) => a.until - b.until).at(-1);
  return {
    name,
    behaviour,
    requests: samples.length,
    failures: others.length,
    inFlight: inFlight.length,
    firstFailure: others[0] && seconds(others[0].since),
    lastFailure: last && seconds(last.until),
    slowestMs: Math.max(0, ...samples.filter((sample) => sample.ok).map((sample) => sample.ms)),
    budget: budget.seconds,
    kept: samples.length > 0 && others.every(({ since, until }) => since >= 0 && until <= budget.seconds * 1000),
    buckets: bucketsOf(samples),
  };
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
