/** The moment by which a function must be done: Lambda ends it without a warning. */
import type { Clock } from './ports';

/**
 * What a look needs, and so what must be left before another one begins: calls of 9 s at worst to look, probes of 4 s, and one move
 * with its read-back, each call within the SDK's time for a first try.
 */
export const ROUND_MS = 25_000;

/** True when another look ends in time. Without a deadline there is always time. */
export function isTimeForRound(clock: Clock, deadline = Number.POSITIVE_INFINITY): boolean {
  return deadline - clock.now() >= ROUND_MS;
}
