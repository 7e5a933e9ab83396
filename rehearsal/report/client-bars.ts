/** A client's requests as columns that a screen can show. */
import type { Bucket } from './result';

export interface ClientBar extends Bucket {
  /** Simulated milliseconds that it covers. */
  readonly length: number;
}

/** Neighbouring buckets are added up until at most `most` columns remain. Buckets lie on a grid, so a gap in them stays a gap. */
export function clientBars(buckets: readonly Bucket[], bucketMs: number, most: number): ClientBar[] {
  const start = buckets.reduce((first, { at }) => Math.min(first, at), Infinity);
  const end = buckets.reduce((last, { at }) => Math.max(last, at + bucketMs), -Infinity);
  const length = bucketMs * Math.max(1, Math.ceil((end - start) / bucketMs / most));
  const bars = new Map<number, ClientBar>();
  for (const { at, ok, failed } of buckets) {
    const from = start + Math.floor((at - start) / length) * length;
    const bar = bars.get(from);
    bars.set(from, { at: from, ok: (bar?.ok ?? 0) + ok, failed: (bar?.failed ?? 0) + failed, length });
  }
  return [...bars.values()].sort((a, b) => a.at - b.at);
}
