/** Places and who sits on them. */
import type { FleetSight, Place, SlotHealth, SlotView, VirtualIpView } from './model';

/** A place, and the slot that it belongs to. */
export interface Seat {
  readonly slot: SlotView;
  readonly place: Place;
}

/** Who sits where. */
export interface Seating {
  /** By the virtual IP's name. */
  readonly seats: ReadonlyMap<string, Seat>;
  /** Addresses that carry an Elastic IP already and are nobody's to take. */
  readonly barred: ReadonlySet<string>;
}

/** Ready beats live, live beats everything else. */
export const RANK: Record<SlotHealth, number> = { ready: 2, live: 1, unknown: 0, dead: 0 };

/** The seat of every virtual IP that has one, by name. */
export function seatsOf({ slots, virtualIps }: FleetSight): Map<string, Seat> {
  return new Map(
    virtualIps.flatMap((virtualIp) => {
      const seat = seatOf(virtualIp, slots);
      return seat ? [[virtualIp.name, seat] as const] : [];
    }),
  );
}

/**
 * Where a virtual IP sits, if that is a place of this fleet: a secondary address of one of its interfaces. While EC2 does not show
 * the interface's addresses, whatever sits on the interface counts as sitting at one of them: a gap in an answer moves nothing.
 */
function seatOf({ address }: VirtualIpView, slots: readonly SlotView[]): Seat | undefined {
  const { interfaceId, privateAddress } = address ?? {};
  const slot = slots.find((candidate) => candidate.interfaceId === interfaceId);
  if (!slot || privateAddress === undefined) return undefined;
  const seen = slot.places.find((place) => place.address === privateAddress);
  const place = slot.places.length === 0 ? { address: privateAddress, health: 'unknown' as const } : seen;
  return place && { slot, place };
}

/**
 * The addresses that carry an Elastic IP: one of this fleet, or a strange one, for instance the address that an update is about to
 * replace. One of this fleet's that EC2 shows at two addresses carries only the one where it really is.
 */
export function carrying(sight: FleetSight): Set<string> {
  const ours = new Set(sight.virtualIps.map(({ address }) => address?.allocationId));
  const places = sight.slots.flatMap((slot) => slot.places);
  const strange = places.filter(({ allocationId }) => allocationId !== undefined && !ours.has(allocationId));
  return new Set([...strange, ...[...seatsOf(sight).values()].map(({ place }) => place)].map(({ address }) => address));
}

/**
 * The free place that deserves a virtual IP most: ready before live, then the home slot, then the slot with the fewest virtual IPs,
 * then the zone of the home slot, then the first one. One that sits already is part of its slot's load.
 */
export function bestPlace(slots: readonly SlotView[], { seats, barred }: Seating, home?: SlotView): Seat | undefined {
  const taken = [...seats.values()];
  const load = (slot: SlotView) => taken.filter((seat) => seat.slot.slot === slot.slot).length;
  const isFree = ({ address }: Place) => !barred.has(address) && !taken.some(({ place }) => place.address === address);
  const candidates = slots.flatMap((slot) => {
    return slot.places.filter((place) => RANK[place.health] > 0 && isFree(place)).map((place) => ({ slot, place }));
  });
  const no = (wish: boolean) => (wish ? 0 : 1);
  candidates.sort(
    (a, b) =>
      RANK[b.place.health] - RANK[a.place.health] ||
      no(a.slot.slot === home?.slot) - no(b.slot.slot === home?.slot) ||
      load(a.slot) - load(b.slot) ||
      no(a.slot.zone === home?.zone) - no(b.slot.zone === home?.zone),
  );
  return candidates[0];
}

/** 'slot 1'; with the address where the places of the slot differ in health. */
export function nameOf({ slot, place }: Seat): string {
  const uniform = slot.places.every(({ health }) => health === place.health);
  return uniform ? `slot ${slot.slot}` : `slot ${slot.slot} at ${place.address}`;
}
