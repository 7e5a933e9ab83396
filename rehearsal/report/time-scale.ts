/**
 * From simulated milliseconds to a share of the chart's width, and where its axis gets ticks. Pure; charts are laid out in
 * percent.
 */

export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** Steps that people count time in, in seconds. */
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400];

/** Where a moment lies, 0 to 1; what is outside the range lies on its edge. */
export function position(at: number, { from, to }: TimeRange): number {
  if (to <= from) return 0;
  return Math.max(0, Math.min(1, (at - from) / (to - from)));
}

/** '41.5%'; three digits are finer than a pixel, and keep the page the same on every machine. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(3))}%`;
}

/** Multiples of one step, zero among them if it is inside, at most `most` of them. In milliseconds. */
export function ticks({ from, to }: TimeRange, most: number): number[] {
  const span = (to - from) / 1000;
  const step = 1000 * (STEPS.find((candidate) => span / candidate < most) ?? Math.ceil(span / Math.max(1, most - 1)));
  const first = Math.ceil(from / step);
  const last = Math.floor(to / step);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step);
}

/** '-10', '0', '+20': the axis says that these are seconds. */
export function tickLabel(at: number): string {
  const value = at / 1000;
  return value > 0 ? `+${value}` : String(value);
}
