/**
 * The result for programs. Fields come in the order in which `result.ts` declares them, whatever order they were put together in,
 * so two rehearsals can be compared with `diff`. The compiler insists that a field added there is added here.
 */
import type { RehearsalResult } from './result';

/** Raised when a field is removed or changes its meaning; an added field leaves it alone. */
const SCHEMA_VERSION = 1;

/** Names in order; a list of objects says how its items look. */
type Shape<T> = { readonly [K in keyof T]-?: ItemShape<NonNullable<T[K]>> };
type ItemShape<V> = V extends readonly (infer I)[] ? (I extends object ? Shape<I> : null) : null;
interface AnyShape {
  readonly [name: string]: AnyShape | null;
}

const RESULT: Shape<RehearsalResult> = {
  stack: null,
  scenario: null,
  timeScale: null,
  seed: null,
  proxy: null,
  assumptions: { name: null, seconds: null, option: null },
  notes: null,
  slots: { slot: null, zone: null, address: null },
  runs: {
    seed: null,
    victim: null,
    events: { at: null, lane: null, kind: null, text: null },
    bucketMs: null,
    measures: { name: null, seconds: null, unit: null, budget: null, formula: null, lane: null, startsAt: null, kept: null },
    clients: {
      name: null,
      behaviour: null,
      requests: null,
      failures: null,
      inFlight: null,
      firstFailure: null,
      lastFailure: null,
      slowestMs: null,
      budget: null,
      kept: null,
      buckets: { at: null, ok: null, failed: null },
    },
  },
  passed: null,
};

export function renderJson(result: RehearsalResult): string {
  return `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, ...arrange(result, RESULT) }, null, 2)}\n`;
}

function arrange(value: object, shape: AnyShape): Record<string, unknown> {
  const fields = new Map<string, unknown>(Object.entries(value));
  return Object.fromEntries(
    Object.entries(shape).map(([name, items]) => {
      const field = fields.get(name);
      return [name, items && Array.isArray(field) ? field.map((item: object) => arrange(item, items)) : field];
    }),
  );
}
