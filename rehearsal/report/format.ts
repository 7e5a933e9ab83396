/** How figures are written, the same on the terminal and on the page. */
import type { Spread } from './summary';

/** A figure that somebody chose, such as a budget: 48 s, 0.2 s. */
export function seconds(value: number): string {
  return `${Number(value.toFixed(2))} s`;
}

/** A figure that was measured: 41.0 s; below one second, where takeovers live, 0.35 s. What never happened has none. */
export function measured(value: number): string {
  return Number.isFinite(value) ? `${bare(value)} s` : 'never';
}

/** Of several runs: 27.4 / 28.2 / 29.0 s. */
export function measuredSpread({ min, median, max }: Spread): string {
  return `${bare(min)} / ${bare(median)} / ${measured(max)}`;
}

/** From the first to the last: 0.4 .. 87.6 s. */
export function measuredRange(first: number, last: number): string {
  return `${first.toFixed(1)} .. ${last.toFixed(1)} s`;
}

function bare(value: number): string {
  if (!Number.isFinite(value)) return 'never';
  return value !== 0 && Math.abs(value) < 0.995 ? value.toFixed(2) : value.toFixed(1);
}

/** T-4.0 s, T+28.3 s: simulated time as seen from the fault. */
export function sinceFault(milliseconds: number): string {
  const tenths = Math.round(milliseconds / 100);
  return `T${tenths < 0 ? '-' : '+'}${(Math.abs(tenths) / 10).toFixed(1)} s`;
}

/** Wall-clock time of a request. */
export function requestTime(milliseconds: number): string {
  return milliseconds < 10_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** 1 run, 3 runs. */
export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
