import type { AddressPlane, AddressView, Clock } from './ports';

/** Pauses before each look: describe calls are eventually consistent. */
const PAUSES_MS = [0, 500, 1000, 2000];

/** What the last of several looks at an address showed; `unread` when EC2 did not answer it. */
export type Seen = 'as wanted' | 'otherwise' | 'unread';

/**
 * Looks at an address until it is as wanted, a bounded number of times. The address is undefined once it was released.
 *
 * @param pauses before each look, in milliseconds
 */
export async function readBack(
  plane: AddressPlane,
  clock: Clock,
  allocationId: string,
  isWanted: (address: AddressView | undefined) => boolean,
  pauses: readonly number[] = PAUSES_MS,
): Promise<Seen> {
  let seen: Seen = 'unread';
  for (const pause of pauses) {
    await clock.sleep(pause);
    const addresses = await plane.addresses([allocationId]).catch(() => undefined);
    if (addresses && isWanted(addresses.find((address) => address.allocationId === allocationId))) return 'as wanted';
    seen = addresses ? 'otherwise' : 'unread';
  }
  return seen;
}
