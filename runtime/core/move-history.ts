/** How often a virtual IP moved lately. Differences count both ways: a clock that ran ahead must not block moves for long. */
import type { MoveLimits, PendingMove, TakeoverState } from './model';

/** True when it moved as often as it may within the window. */
export function isWindowFull(state: TakeoverState, virtualIp: string, limits: MoveLimits, now: number): boolean {
  return movesWithin(state, virtualIp, limits.windowSeconds, now).length >= limits.movesPerWindow;
}

/** True for a while after a move. */
export function isCoolingDown(state: TakeoverState, virtualIp: string, limits: MoveLimits, now: number): boolean {
  return movesWithin(state, virtualIp, limits.coolDownSeconds, now).length > 0;
}

/** The state with one more move; what no limit looks at any more is forgotten. */
export function recordMove(state: TakeoverState, virtualIp: string, limits: MoveLimits, now: number): TakeoverState {
  const recent = movesWithin(state, virtualIp, limits.windowSeconds, now);
  return { ...state, moves: { ...state.moves, [virtualIp]: [...recent, now] } };
}

/** The state without a move that did not happen after all. */
export function forgetMove(state: TakeoverState, { virtualIp, at }: PendingMove): TakeoverState {
  const moves = (state.moves[virtualIp] ?? []).filter((other) => other !== at);
  return { ...state, moves: { ...state.moves, [virtualIp]: moves } };
}

function movesWithin(state: TakeoverState, virtualIp: string, seconds: number, now: number): number[] {
  return (state.moves[virtualIp] ?? []).filter((at) => Math.abs(now - at) < seconds * 1000);
}
