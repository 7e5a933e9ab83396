/** How figures are written, the same on the terminal and on the page. */
import { RUNS_FOR_P99, type Spread } from './summary';

/** A figure that somebody chose, such as a budget: 48 s, 0.2 s; 5 moves. */
export function seconds(value: number, unit?: string): string {
  return `${Number(value.toFixed(2))} ${unit ?? 's'}`;
}

/** A figure that was measured: 41.0 s; below one second, where takeovers live, 0.35 s. What never happened has none. */
export function measured(value: number, unit?: string): string {
  if (unit !== undefined) return seconds(value, unit);
  return Number.isFinite(value) ? `${bare(value)} s` : 'never';
}

/** Of several runs: 27.4 / 28.2 / 29.0 s; of many with the figure that 99 of 100 kept: 0.52 / 0.61 / 0.79 / 0.81 s. */
export function measuredSpread({ min, median, p99, max }: Spread, unit?: string): string {
  const figures = [min, median, ...(p99 === undefined ? [] : [p99])];
  const text = (value: number) => (unit === undefined ? bare(value) : String(value));
  return [...figures.map(text), measured(max, unit)].join(' / ');
}

/** What the figures of a spread are. */
export function spreadHeader(runs: number): string {
  return runs < RUNS_FOR_P99 ? 'Min / median / max' : 'Min / median / p99 / max';
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
