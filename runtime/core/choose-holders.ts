/**
 * Who holds which virtual IP. Pure: equal inputs, equal decisions.
 *
 * Ready beats live, live beats everything else, and a holder that nobody beats keeps its address. Only a slot that was observed
 * ready or live receives one, on its first free secondary address. A holder that could not be judged keeps what it has. Among
 * equals the slot with the fewest virtual IPs wins, then the first one.
 */
import type { MoveLimits, SlotHealth, SlotView, TakeoverState, VirtualIpView } from './model';
import { isCoolingDown, isWindowFull } from './move-history';

/** What is to happen to one virtual IP, and why. */
export type Decision = Keep | Move | Stuck;

/** It stays where it is. */
export interface Keep {
  readonly action: 'keep';
  readonly virtualIp: string;
  /** Undefined only for one that is being deleted and that no slot holds. */
  readonly holder?: SlotView;
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

interface Place {
  readonly slot: SlotView;
  readonly privateAddress: string;
}

const RANK: Record<SlotHealth, number> = { ready: 2, live: 1, unknown: 0, dead: 0 };

/** One decision a virtual IP, in order; each takes the moves before it into account. */
export function chooseHolders(sight: FleetSight, state: TakeoverState, limits: MoveLimits, now: number): Decision[] {
  const places = new Map<string, Place>();
  for (const virtualIp of sight.virtualIps) {
    const place = placeOf(virtualIp, sight.slots);
    if (place) places.set(virtualIp.name, place);
  }
  return sight.virtualIps.map(({ name, address }): Decision => {
    const holder = places.get(name)?.slot;
    const keep = (reason: string): Keep => ({ action: 'keep', virtualIp: name, holder, reason });
    const stuck = (reason: string): Stuck => ({ action: 'stuck', virtualIp: name, reason });
    if (state.tombstones.includes(name)) return keep('it is being deleted');
    if (!address) return stuck('its allocation does not exist any more');

    const best = bestPlace(sight.slots, holder, [...places.values()]);
    const { leave, reason } = judgeHolder(holder, best?.slot);
    if (!leave) return keep(reason);
    if (!best) return stuck(`${reason} and no other slot with a free address is live`);
    if (isWindowFull(state, name, limits, now)) {
      return stuck(`${reason}, but it moved ${limits.movesPerWindow} times within ${limits.windowSeconds} s already`);
    }
    if (holder?.health === 'live' && isCoolingDown(state, name, limits, now)) {
      return keep(`${reason}, but it moved less than ${limits.coolDownSeconds} s ago`);
    }
    places.set(name, best);
    const { slot, privateAddress } = best;
    const to = { from: holder?.slot, to: slot.slot, interfaceId: slot.interfaceId, privateAddress };
    return { action: 'move', virtualIp: name, allocationId: address.allocationId, ...to, reason };
  });
}

/** Whether the address should leave its holder, given the best other slot. */
function judgeHolder(
  holder: SlotView | undefined,
  best: SlotView | undefined,
): { readonly leave: boolean; readonly reason: string } {
  if (!holder) return { leave: true, reason: 'no slot of this fleet holds it' };
  const name = `slot ${holder.slot}`;
  switch (holder.health) {
    case 'ready':
      return { leave: false, reason: `${name} is ready` };
    case 'live':
      if (best?.health === 'ready') return { leave: true, reason: `${name} is live, slot ${best.slot} is ready` };
      return { leave: false, reason: `${name} is live and no other slot is ready` };
    case 'unknown':
      return { leave: false, reason: `${name} could not be judged` };
    case 'dead':
      return { leave: true, reason: `${name} is dead` };
  }
}

/** The slot, and the free address on it, that deserves a virtual IP most. */
function bestPlace(slots: readonly SlotView[], holder: SlotView | undefined, taken: readonly Place[]): Place | undefined {
  const load = (slot: SlotView) => taken.filter((place) => place.slot === slot).length;
  const candidates = slots.flatMap((slot) => {
    const privateAddress = slot.secondaryAddresses.find((address) => !taken.some((place) => place.privateAddress === address));
    return slot === holder || RANK[slot.health] === 0 || privateAddress === undefined ? [] : [{ slot, privateAddress }];
  });
  candidates.sort((a, b) => RANK[b.slot.health] - RANK[a.slot.health] || load(a.slot) - load(b.slot));
  return candidates[0];
}

/** Where a virtual IP sits, if that is a place of this fleet: a secondary address of one of its interfaces. */
function placeOf({ address }: VirtualIpView, slots: readonly SlotView[]): Place | undefined {
  const { interfaceId, privateAddress } = address ?? {};
  const slot = slots.find((candidate) => candidate.interfaceId === interfaceId);
  return slot && privateAddress && slot.secondaryAddresses.includes(privateAddress) ? { slot, privateAddress } : undefined;
}
