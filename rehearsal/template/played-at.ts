import type { SlotModel } from './model';

/** The address on this machine at which an address of the template is played: that of its slot for one that is there in name alone. */
export function playedAt(slots: readonly Pick<SlotModel, 'address' | 'ipv6Address'>[], address: string): string {
  return slots.find(({ ipv6Address }) => ipv6Address === address)?.address ?? address;
}
