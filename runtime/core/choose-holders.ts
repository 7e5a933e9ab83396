/**
 * Who holds which virtual IP. Pure: equal inputs, equal decisions.
 *
 * What is compared are places, not slots: a slot may be ready at one address and dead at another. Ready beats live, live beats
 * everything else, and a holder that nobody beats keeps its address. Only a place that was observed ready or live receives one. A
 * holder that could not be judged keeps what it has. Among equals the slot with the fewest virtual IPs wins, then the first one.
 */
import type { MoveLimits, Place, SlotHealth, SlotView, TakeoverState, VirtualIpView } from './model';
import { isCoolingDown, isWindowFull } from './move-history';

/** What is to happen to one virtual IP, and why. */
export type Decision = Keep | Move | Stuck;

/** It stays where it is. */
export interface Keep {
  readonly action: 'keep';
  readonly virtualIp: string;
  /** How its holder is there; undefined only for one that is being deleted and that no slot holds. */
  readonly health?: SlotHealth;
  readonly reason: string;
}

/** It goes to another place. */
export interface Move {
  readonly action: 'move';
  readonly virtualIp: string;
  readonly allocationId: string;
  /** The slot that had it; undefined when none of this fleet did. */
  readonly from?: string;
  readonly to: string;
  readonly interfaceId: string;
  readonly privateAddress: string;
  readonly reason: string;
}

/** It should go elsewhere and cannot. */
export interface Stuck {
  readonly action: 'stuck';
  readonly virtualIp: string;
  readonly reason: string;
}

/** Everything that the decisions look at. */
export interface FleetSight {
  readonly slots: readonly SlotView[];
  readonly virtualIps: readonly VirtualIpView[];
}

/** A place, and the slot that it belongs to. */
interface Seat {
  readonly slot: SlotView;
  readonly place: Place;
}

const RANK: Record<SlotHealth, number> = { ready: 2, live: 1, unknown: 0, dead: 0 };

/** One decision a virtual IP, in order; each takes the moves before it into account. */
export function chooseHolders(sight: FleetSight, state: TakeoverState, limits: MoveLimits, now: number): Decision[] {
  const seats = new Map<string, Seat>();
  for (const virtualIp of sight.virtualIps) {
    const seat = seatOf(virtualIp, sight.slots);
    if (seat) seats.set(virtualIp.name, seat);
  }
  return sight.virtualIps.map(({ name, address }): Decision => {
    const holder = seats.get(name);
    const keep = (reason: string): Keep => ({ action: 'keep', virtualIp: name, health: holder?.place.health, reason });
    const stuck = (reason: string): Stuck => ({ action: 'stuck', virtualIp: name, reason });
    if (state.tombstones.includes(name)) return keep('it is being deleted');
    if (!address) return stuck('its allocation does not exist any more');

    const best = bestPlace(sight.slots, [...seats.values()]);
    const { leave, reason } = judgeHolder(holder, best);
    if (!leave) return keep(reason);
    if (!best) return stuck(`${reason} and no slot is live at a free address`);
    if (isWindowFull(state, name, limits, now)) {
      return stuck(`${reason}, but it moved ${limits.movesPerWindow} times within ${limits.windowSeconds} s already`);
    }
    if (holder?.place.health === 'live' && isCoolingDown(state, name, limits, now)) {
      return keep(`${reason}, but it moved less than ${limits.coolDownSeconds} s ago`);
    }
    seats.set(name, best);
    const { slot, place } = best;
    const to = { from: holder?.slot.slot, to: slot.slot, interfaceId: slot.interfaceId, privateAddress: place.address };
    return { action: 'move', virtualIp: name, allocationId: address.allocationId, ...to, reason };
  });
}

/** Whether the address should leave its holder, given the best free place. */
function judgeHolder(holder: Seat | undefined, best: Seat | undefined): { readonly leave: boolean; readonly reason: string } {
  if (!holder) return { leave: true, reason: 'no slot of this fleet holds it' };
  const name = nameOf(holder);
  switch (holder.place.health) {
    case 'ready':
      return { leave: false, reason: `${name} is ready` };
    case 'live':
      if (best?.place.health === 'ready') return { leave: true, reason: `${name} is live, ${nameOf(best)} is ready` };
      return { leave: false, reason: `${name} is live and nothing free is ready` };
    case 'unknown':
      return { leave: false, reason: `${name} could not be judged` };
    case 'dead':
      return { leave: true, reason: `${name} is dead` };
  }
}

/** 'slot 1'; with the address where the places of the slot differ in health. */
function nameOf({ slot, place }: Seat): string {
  const uniform = slot.places.every(({ health }) => health === place.health);
  return uniform ? `slot ${slot.slot}` : `slot ${slot.slot} at ${place.address}`;
}

/**
 * The free place that deserves a virtual IP most. One that sits already is part of its slot's load, so that of two places equally
 * well the one on another slot wins.
 */
function bestPlace(slots: readonly SlotView[], taken: readonly Seat[]): Seat | undefined {
  const load = (slot: SlotView) => taken.filter((seat) => seat.slot === slot).length;
  const isFree = ({ address }: Place) => !taken.some(({ place }) => place.address === address);
  const candidates = slots.flatMap((slot) => {
    return slot.places.filter((place) => RANK[place.health] > 0 && isFree(place)).map((place) => ({ slot, place }));
  });
  candidates.sort((a, b) => RANK[b.place.health] - RANK[a.place.health] || load(a.slot) - load(b.slot));
  return candidates[0];
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
