/**
 * The move that was written down last. It is what a lease would be: while it is under way, nobody else acts. It is over when EC2
 * shows it, or when its time has passed: whoever wrote it has then given up or died, and the next run decides afresh.
 */
import { PENDING_SECONDS } from '../../lib/private/contract';
import type { AddressView, PendingMove, TakeoverState } from './model';

/**
 * True while its writer may still act. A time that lies further ahead than a move lasts is the mistake of a clock and blocks
 * nothing.
 */
export function isUnderWay({ pending }: TakeoverState, addresses: readonly AddressView[], now: number): boolean {
  return pending !== undefined && !isShown(pending, addresses) && Math.abs(now - pending.at) < PENDING_SECONDS * 1000;
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
