/**
 * Several runs in one row a figure: a single run says little, because where in the TTL and in the checkers' rounds the fault
 * falls is luck. A row keeps the smallest, the middle and the largest figure, and in how many runs the budget held.
 */
import type { ClientResult, Measure, RunResult } from './result';

/** Of a measure, `Infinity` stands for 'never': it is worse than every figure, and sorts so. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  /** What 99 of 100 did not exceed; undefined for fewer than RUNS_FOR_P99 values. */
  readonly p99?: number;
  readonly max: number;
}

/** Of fewer it would only be another name for the largest. */
export const RUNS_FOR_P99 = 20;

interface Row {
  readonly name: string;
  readonly budget?: number;
  /** In how many of its runs the budget held. */
  readonly kept: number;
  readonly runs: number;
}

export interface MeasureRow extends Row {
  readonly formula?: string;
  readonly unit?: string;
  readonly seconds: Spread;
}

export interface ClientRow extends Row {
  readonly behaviour: string;
  /** Over all runs. */
  readonly requests: number;
  readonly failures: number;
  /** Earliest first failure of any run; undefined when nothing failed. */
  readonly firstFailure?: number;
  /** Seconds until the last failure, 0 for a run without one; undefined when nothing failed in any run. */
  readonly lastFailure?: Spread;
  readonly slowestMs: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => (a === b ? 0 : a - b));
  const at = (index: number) => sorted[index] ?? 0;
  const middle = (sorted.length - 1) / 2;
  return {
    min: at(0),
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    ...(sorted.length >= RUNS_FOR_P99 && { p99: at(Math.ceil(0.99 * sorted.length) - 1) }),
    max: at(sorted.length - 1),
  };
}

export function summarizeMeasures(runs: readonly RunResult[]): MeasureRow[] {
  return byName(runs.flatMap((run) => run.measures)).map((measures) => ({
    ...row(measures),
    formula: firstOf(measures, (measure) => measure.formula),
    unit: firstOf(measures, (measure) => measure.unit),
    seconds: spread(measures.map((measure) => measure.seconds ?? Infinity)),
  }));
}

export function summarizeClients(runs: readonly RunResult[]): ClientRow[] {
  return byName(runs.flatMap((run) => run.clients)).map((clients) => {
    const first = clients.flatMap((client) => client.firstFailure ?? []);
    const inFlight = sum(clients, (client) => client.inFlight);
    const behaviour = firstOf(clients, (client) => client.behaviour) ?? '';
    return {
      ...row(clients),
      behaviour: inFlight === 0 ? behaviour : `${behaviour}; ${inFlight} in flight at the fault died with the proxy`,
      requests: sum(clients, (client) => client.requests),
      failures: sum(clients, (client) => client.failures),
      firstFailure: first.length > 0 ? Math.min(...first) : undefined,
      lastFailure: first.length > 0 ? spread(clients.map((client) => client.lastFailure ?? 0)) : undefined,
      slowestMs: Math.max(...clients.map((client) => client.slowestMs)),
    };
  });
}

/** In the order in which the names first appear. */
function byName<T extends { readonly name: string }>(items: readonly T[]): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(item.name, [...(groups.get(item.name) ?? []), item]);
  return [...groups.values()];
}

function row(items: readonly (Measure | ClientResult)[]): Row {
  return {
    name: firstOf(items, (item) => item.name) ?? '',
    budget: firstOf(items, (item) => item.budget),
    kept: items.filter((item) => item.kept).length,
    runs: items.length,
  };
}

function firstOf<T, V>(items: readonly T[], read: (item: T) => V | undefined): V | undefined {
  return items.map(read).find((value) => value !== undefined);
}

function sum<T>(items: readonly T[], read: (item: T) => number): number {
  return items.reduce((total, item) => total + read(item), 0);
}
