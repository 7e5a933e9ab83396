/**
 * The moves that were written down. The last one is what a lease would be: while it is under way, nobody else acts. It is over when
 * EC2 shows it, or when its time has passed: whoever wrote it has then given up or died, and the next run decides afresh. Those before
 * it are done, but who sees an older answer of EC2 would do them again.
 *
 * Whoever waits for a move takes the time: from when it first saw it, on a clock that never steps. The writer's own time is of no
 * use, because clocks differ, and one that is wrong by an hour would let two runs act at once.
 */
import { PENDING_SECONDS } from '../../lib/private/takeover-contract';
import type { AddressView, PendingMove, TakeoverState } from './model';

/** How long EC2 may take to show a move to everybody that it showed to one: as long as a read-back goes on, and more. */
const CONFIRMED_SECONDS = 5;

/** One run's wait for the moves that the table shows. */
export class PendingWait {
  private seen?: { readonly move: PendingMove; readonly since: number };

  /**
   * True while one of them may still not be what EC2 shows. Times are milliseconds on a clock that never steps.
   *
   * @param asked when table and EC2 were asked: what they showed is as old as that
   * @param answered when they had answered: a move that they showed first was written down before
   */
  isUnderWay(state: TakeoverState, addresses: readonly AddressView[], asked: number, answered: number): boolean {
    const hidden = writtenMoves(state).find((move) => !isShown(move, addresses));
    if (!hidden) return false;
    if (!this.seen || !isSameMove(this.seen.move, hidden)) this.begin(hidden, answered);
    const seconds = hidden === state.pending ? PENDING_SECONDS : CONFIRMED_SECONDS;
    return asked - (this.seen?.since ?? answered) < seconds * 1000;
  }

  /** The run wrote it down itself. */
  begin(move: PendingMove, since: number): void {
    this.seen = { move, since };
  }
}

/** All of them, the last one first. */
export function writtenMoves({ pending, confirmed = [] }: TakeoverState): readonly PendingMove[] {
  return pending ? [pending, ...confirmed] : confirmed;
}

/** The state with these moves as the ones that EC2 showed, and none under way. */
export function withConfirmed(state: TakeoverState, moves: readonly PendingMove[]): TakeoverState {
  const { pending: _, confirmed: __, ...rest } = state;
  const confirmed = moves.filter(({ virtualIp }) => !state.tombstones.includes(virtualIp));
  return confirmed.length > 0 ? { ...rest, confirmed } : rest;
}

/** The state with one more move under way. */
export function withPending(state: TakeoverState, pending: PendingMove): TakeoverState {
  const others = writtenMoves(state).filter(({ virtualIp }) => virtualIp !== pending.virtualIp);
  return { ...withConfirmed(state, others), pending };
}

/** True when both are one and the same move, not only moves to the same place. */
export function isSameMove(a: PendingMove, b: PendingMove): boolean {
  return a.virtualIp === b.virtualIp && a.privateAddress === b.privateAddress && a.at === b.at;
}

/** True when EC2 has the address where the move takes it. */
export function isShown(
  { allocationId, interfaceId, privateAddress }: Omit<PendingMove, 'virtualIp' | 'at'>,
  addresses: readonly AddressView[],
): boolean {
  return addresses.some(
    (address) =>
      address.allocationId === allocationId && address.interfaceId === interfaceId && address.privateAddress === privateAddress,
  );
}
