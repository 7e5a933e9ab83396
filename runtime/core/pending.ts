/**
 * The move that was written down last. It is what a lease would be: while it is under way, nobody else acts. It is over when EC2
 * shows it, or when its time has passed: whoever wrote it has then given up or died, and the next run decides afresh.
 *
 * Whoever waits for it takes the time: from when it first saw the move, on a clock that never steps. The writer's own time is of
 * no use, because clocks differ, and one that is wrong by an hour would let two runs act at once.
 */
import { PENDING_SECONDS } from '../../lib/private/contract';
import type { AddressView, PendingMove, TakeoverState } from './model';

/** One run's wait for the move that the table shows. */
export class PendingWait {
  private seen?: { readonly pending: PendingMove; readonly since: number };

  /**
   * True while its writer may still act. Times are milliseconds on a clock that never steps.
   *
   * @param asked when table and EC2 were asked: what they showed is as old as that
   * @param answered when they had answered: a move that they showed first was written down before
   */
  isUnderWay({ pending }: TakeoverState, addresses: readonly AddressView[], asked: number, answered: number): boolean {
    if (!pending || isShown(pending, addresses)) return false;
    if (!this.seen || !isSameMove(this.seen.pending, pending)) this.begin(pending, answered);
    return asked - (this.seen?.since ?? answered) < PENDING_SECONDS * 1000;
  }

  /** The run wrote it down itself. */
  begin(pending: PendingMove, since: number): void {
    this.seen = { pending, since };
  }
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
