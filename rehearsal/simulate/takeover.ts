/**
 * When a virtual IP serves again after its holder broke: a hint of the heartbeats or a sweep, whatever comes first, then the decision,
 * then the move.
 *
 * The hint is what the watchdog and keepalived make of the fault, without playing their looks and adverts: a watchdog is at a random
 * moment of its interval and a master at a random moment of its advert. Tests play the same with the rehearsal's VRRP instances.
 * How long a decision and a move take on AWS is not known: both are drawn evenly up to the bound that the budget counts with.
 */
import { WATCHDOG } from '../../lib/private/contract';
import { DECISION_SECONDS, PROBE } from '../../lib/private/takeover-contract';
import { masterDownInterval, priorityOf, skewOf } from '../planes/heartbeats/vrrp';
import type { Fault } from './behaviours';

export interface TakeoverTiming {
  /** Slots of the fleet. */
  readonly slots: number;
  readonly sweepSeconds: number;
  /** Milliseconds between two adverts; missing without heartbeats. */
  readonly advertMs?: number;
  /** From the move to traffic at the new holder, at most. */
  readonly addressMoveSeconds: number;
}

/**
 * Seconds from the fault until the takeover function looks.
 *
 * @param holder place of the broken slot in the fleet
 * @param broken tells of the other slots which are broken as well, and hint nothing
 */
export function noticeSeconds(
  { slots, sweepSeconds, advertMs }: TakeoverTiming,
  fault: Fault,
  holder: number,
  broken: (slot: number) => boolean,
  random: () => number,
): number {
  const sweep = random() * sweepSeconds;
  const chance = random();
  if (advertMs === undefined) return sweep;
  let first = holder;
  for (let step = 1; step < slots && first === holder; step++) {
    const next = (holder + step) % slots;
    if (!broken(next)) first = next;
  }
  if (first === holder) return sweep;
  const backup = { priority: priorityOf(first, holder, slots), advertMs };
  const hint = fault === 'black-hole' ? masterDownInterval(backup) - chance * advertMs : sickMs(fault, chance) + skewOf(backup);
  return Math.min(sweep, hint / 1000);
}

/** Seconds that a run of the takeover function takes until it calls AssociateAddress. */
export function decisionSeconds(fault: Fault, random: () => number): number {
  const look = ((PROBE.attempts - 1) * PROBE.everyMs + (fault === 'crash' ? 0 : PROBE.timeoutMs)) / 1000;
  return look + random() * (DECISION_SECONDS - look);
}

/** Milliseconds until the watchdog of a proxy that refuses or hangs has looked often enough. */
function sickMs(fault: Fault, chance: number): number {
  const { intervalMs, timeoutMs, fall } = WATCHDOG;
  const look = fault === 'crash' ? 0 : timeoutMs;
  return chance * intervalMs + (fall - 1) * Math.max(intervalMs, look) + look;
}
