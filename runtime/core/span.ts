/** A length of time as people say it: '2 d 3 h', '59 min', '12 s'. Two units at most. */

const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

export function spanOf(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const first = UNITS.findIndex(([, size]) => whole >= size);
  const largest = UNITS[first];
  if (!largest) return '0 s';
  const rest = whole % largest[1];
  const next = UNITS[first + 1];
  const parts = [`${Math.floor(whole / largest[1])} ${largest[0]}`];
  if (next && Math.floor(rest / next[1]) > 0) parts.push(`${Math.floor(rest / next[1])} ${next[0]}`);
  return parts.join(' ');
}
