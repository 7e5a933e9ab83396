/**
 * Who holds which virtual IP. Pure: equal inputs, equal decisions.
 *
 * What is compared are places, not slots: a slot may be ready at one address and dead at another. Ready beats live, live beats
 * everything else, and a holder that nobody beats keeps its address. Only a place that was observed ready or live receives one. A
 * holder that could not be judged keeps what it has. Where an address has to move, it goes home if it can, else to the slot with the
 * fewest, of those to one in the zone of its home. Nothing moves for the sake of balance.
 *
 * A place that carries an Elastic IP is taken, whoever put it there, and stays so until EC2 shows it free: one that is vacated by a
 * decision may keep its address, because EC2 may refuse the move, and associating another one there would throw it out.
 *
 * Orders of operators come first: a deleted address is left alone, a frozen one stays, a pinned one is on its slot or waits, a slot
 * in maintenance is left and receives nothing.
 */
import type { FleetSight, MoveLimits, Pin, SlotHealth, SlotView, TakeoverState, VirtualIpView } from './model';
import { isCoolingDown, isWindowFull } from './move-history';
import { inForce, without } from './orders';
import { bestPlace, carrying, nameOf, RANK, type Seat, type Seating, seatsOf } from './seats';

/** What is to happen to one virtual IP, and why. */
export type Decision = Keep | Move | Stuck;

/** It stays where it is. */
export interface Keep {
  readonly action: 'keep';
  readonly virtualIp: string;
  /** Slot that has it. */
  readonly at?: string;
  /** How its holder is there; undefined for one that no slot holds. */
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
  /** Slot that has it. */
  readonly at?: string;
  readonly health?: SlotHealth;
  /** `cap`: it moved too often; `pinned`: an operator's order; `gone`: no such allocation; `nowhere`: no live slot is free. */
  readonly cause: 'cap' | 'pinned' | 'gone' | 'nowhere';
  readonly reason: string;
}

/** The decisions, one a virtual IP, in order, and what is to be remembered. Where both equal what was, nothing is to be done. */
export interface Plan {
  readonly decisions: readonly Decision[];
  readonly state: TakeoverState;
}

export function chooseHolders(sight: FleetSight, before: TakeoverState, limits: MoveLimits, now: number): Plan {
  const state = inForce(before, now);
  const seats = seatsOf(sight);
  const barred = carrying(sight);
  const since = homesReadySince(sight, { seats, barred }, state, now);
  const decisions = sight.virtualIps.map((virtualIp): Decision => {
    const decision = decide(virtualIp, { sight, state, limits, now, seats, barred, since });
    if (decision.action === 'move') seats.set(virtualIp.name, seatAt(sight, decision));
    return decision;
  });
  const stuck = decisions.flatMap(({ action, virtualIp }) => (action === 'stuck' ? [virtualIp] : []));
  return { decisions, state: { ...state, pins: openPins(state, seatsOf(sight)), homeReadySince: since, stuck } };
}

/** What a decision looks at; `seats` holds the moves before it already. */
interface Circumstances extends Seating {
  readonly sight: FleetSight;
  readonly state: TakeoverState;
  readonly limits: MoveLimits;
  readonly now: number;
  readonly since: Record<string, number>;
}

function decide(virtualIp: VirtualIpView, circumstances: Circumstances): Decision {
  const { sight, state, limits, now, seats } = circumstances;
  const { name, address } = virtualIp;
  const holder = seats.get(name);
  const stays = { virtualIp: name, at: holder?.slot.slot, health: holder?.place.health };
  const keep = (reason: string): Keep => ({ action: 'keep', ...stays, reason });
  const stuck = (cause: Stuck['cause'], reason: string): Stuck => ({ action: 'stuck', ...stays, cause, reason });
  if (state.tombstones.includes(name)) return keep('it is being deleted');
  if (!address) return stuck('gone', 'its allocation does not exist any more');
  if (state.maintenance.virtualIps[name] !== undefined) return keep('it is in maintenance');
  const move = ({ slot, place }: Seat, reason: string): Move => {
    const to = { to: slot.slot, interfaceId: slot.interfaceId, privateAddress: place.address };
    return { action: 'move', virtualIp: name, allocationId: address.allocationId, from: holder?.slot.slot, ...to, reason };
  };

  const open = sight.slots.filter(({ slot }) => state.maintenance.slots[slot] === undefined);
  const pin = state.pins[name];
  if (pin && pin.slot !== holder?.slot.slot) {
    const slots = (pin.once ? open : sight.slots).filter(({ slot }) => slot === pin.slot);
    const seat = bestPlace(slots, circumstances);
    if (seat) return move(seat, order(pin));
  }
  if (pin && !pin.once) {
    const why = pin.slot === holder?.slot.slot ? order(pin) : `${order(pin)}, which is not live`;
    return holder && holder.place.health !== 'dead' ? keep(why) : stuck('pinned', why);
  }

  const home = sight.slots.find(({ slot }) => slot === virtualIp.home);
  const best = bestPlace(open, circumstances, home);
  if (holder && isAlive(holder) && !open.includes(holder.slot)) {
    const why = `slot ${holder.slot.slot} is in maintenance`;
    return best && RANK[best.place.health] >= RANK[holder.place.health]
      ? move(best, why)
      : keep(`${why}, but nothing free is as well`);
  }
  const { leave, reason, to = best } = judge(virtualIp, holder, best, homecoming(virtualIp, holder, open, circumstances));
  if (!leave) return keep(reason);
  if (!to) return stuck('nowhere', `${reason} and no slot is live at a free address`);
  if (isWindowFull(state, name, limits, now)) {
    return stuck('cap', `${reason}, but it moved ${limits.movesPerWindow} times within ${limits.windowSeconds} s already`);
  }
  if (isAlive(holder) && isCoolingDown(state, name, limits, now)) {
    return keep(`${reason}, but it moved less than ${limits.coolDownSeconds} s ago`);
  }
  return move(to, reason);
}

/** Whether the address should leave its holder, given the best free place and the one at home that may take it back. */
function judge(
  { home }: VirtualIpView,
  holder: Seat | undefined,
  best: Seat | undefined,
  homeSeat: Seat | undefined,
): { readonly leave: boolean; readonly reason: string; readonly to?: Seat } {
  if (!holder) return { leave: true, reason: 'no slot of this fleet holds it' };
  const name = nameOf(holder);
  switch (holder.place.health) {
    case 'ready':
      if (homeSeat) return { leave: true, reason: `its home slot ${home} has been ready for long enough`, to: homeSeat };
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

/** The place at home that takes the address back, once the home slot has been ready for as long as preemption asks. */
function homecoming(
  { name, home, preemptAfterSeconds }: VirtualIpView,
  holder: Seat | undefined,
  open: readonly SlotView[],
  circumstances: Circumstances,
): Seat | undefined {
  const ready = circumstances.since[name];
  if (preemptAfterSeconds === undefined || ready === undefined) return undefined;
  if (circumstances.now - ready < preemptAfterSeconds * 1000) return undefined;
  if (holder?.slot.slot === home) return undefined;
  const homeSlot = open.find(({ slot }) => slot === home);
  return readyAt(homeSlot, circumstances);
}

/** Kept only for virtual IPs that are away from a home that may take them back. A clock that went back starts the wait anew. */
function homesReadySince(
  { slots, virtualIps }: FleetSight,
  seating: Seating,
  state: TakeoverState,
  now: number,
): Record<string, number> {
  return Object.fromEntries(
    virtualIps.flatMap(({ name, home, preemptAfterSeconds }) => {
      const holder = seating.seats.get(name);
      const away = holder && holder.slot.slot !== home;
      const homeSlot = slots.find(({ slot }) => slot === home && state.maintenance.slots[slot] === undefined);
      if (preemptAfterSeconds === undefined || !away || !readyAt(homeSlot, seating)) return [];
      return [[name, Math.min(state.homeReadySince[name] ?? now, now)]];
    }),
  );
}

function readyAt(slot: SlotView | undefined, seating: Seating): Seat | undefined {
  const seat = slot && bestPlace([slot], seating);
  return seat?.place.health === 'ready' ? seat : undefined;
}

/** Pins that still ask for something: an order to move once is over when it is met. */
function openPins(state: TakeoverState, seats: ReadonlyMap<string, Seat>): Record<string, Pin> {
  const met = Object.entries(state.pins).filter(([name, pin]) => pin.once && seats.get(name)?.slot.slot === pin.slot);
  return met.reduce((pins, [name]) => without(pins, name), state.pins);
}

function isAlive(seat: Seat | undefined): boolean {
  return seat !== undefined && RANK[seat.place.health] > 0;
}

function seatAt({ slots }: FleetSight, { to, privateAddress }: Move): Seat {
  const slot = slots.find((candidate) => candidate.slot === to) as SlotView;
  return { slot, place: slot.places.find(({ address }) => address === privateAddress) as Seat['place'] };
}

function order({ slot, once }: Pin): string {
  return once ? `an operator asked for slot ${slot}` : `it is pinned to slot ${slot}`;
}
