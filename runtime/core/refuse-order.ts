/**
 * Why an order is not taken. The arbiter itself is safe against any order; these are refused because they could not do what the
 * operator wants, or because another order says otherwise, and orders do not silently beat each other.
 */
import type { FleetSight, SlotView, TakeoverState } from './model';
import { inForce, type Order } from './orders';
import { bestPlace, carrying, RANK, seatsOf } from './seats';
import { spanOf } from './span';

/** What forbids the order, as a sentence that says what to do; undefined for one that can be taken. */
export function refusalOf(order: Order, sight: FleetSight, before: TakeoverState, now: number): string | undefined {
  const state = inForce(before, now);
  switch (order.kind) {
    case 'unpin':
      return undefined;
    case 'freeze':
      return order.until === undefined ? undefined : unmovable(order.virtualIp, sight, state);
    case 'evacuate':
      return order.until === undefined ? undefined : bound(order.slot, sight, state, now);
    case 'move':
    case 'pin': {
      const { virtualIp, slot } = order;
      const here = seatsOf(sight).get(virtualIp)?.slot.slot === slot;
      const { slots, virtualIps } = state.maintenance;
      return (
        unmovable(virtualIp, sight, state) ??
        (here ? undefined : maintenanceOf(virtualIp, virtualIps[virtualIp], now, 'end that first')) ??
        maintenanceOf(`slot ${slot}`, slots[slot], now, `end that before ${virtualIp} goes there`) ??
        (here ? undefined : noRoom(virtualIp, slot, sight))
      );
    }
  }
}

function unmovable(virtualIp: string, { virtualIps }: FleetSight, { tombstones }: TakeoverState): string | undefined {
  if (tombstones.includes(virtualIp)) return `${virtualIp} is being deleted and is left alone: leave it to its stack`;
  const gone = virtualIps.find(({ name }) => name === virtualIp)?.address === undefined;
  return gone ? `the Elastic IP of ${virtualIp} does not exist any more: deploy its stack again` : undefined;
}

function maintenanceOf(who: string, until: number | undefined, now: number, act: string): string | undefined {
  return until === undefined ? undefined : `${who} is in maintenance for another ${spanOf((until - now) / 1000)}: ${act}`;
}

function noRoom(virtualIp: string, name: string, sight: FleetSight): string | undefined {
  const seating = { seats: seatsOf(sight), barred: carrying(sight) };
  const open = (slot: SlotView) => bestPlace([slot], seating) !== undefined;
  const slot = sight.slots.find((candidate) => candidate.slot === name);
  if (!slot || open(slot)) return undefined;
  const others = sight.slots.filter(open).map((other) => other.slot);
  const instead = others.length > 0 ? `, or choose another (${others.join(', ')})` : '';
  if (!slot.places.some(({ health }) => RANK[health] > 0)) {
    const unknown = slot.places.length === 0 || slot.places.some(({ health }) => health === 'unknown');
    const got = unknown ? 'one that nobody could judge' : 'a dead one';
    return `the slot for ${virtualIp} must be live, got slot ${name}, ${got}: wait until it is live${instead}`;
  }
  const holders = [...seatsOf(sight)].flatMap(([holder, seat]) => (seat.slot.slot === name ? [holder] : []));
  return `slot ${name} has no free live address for ${virtualIp}, it holds ${holders.join(', ')}: move one away first${instead}`;
}

/** What holds a virtual IP on the slot that is to be left. */
function bound(slot: string, sight: FleetSight, state: TakeoverState, now: number): string | undefined {
  for (const [name, pin] of Object.entries(state.pins)) {
    if (pin.slot === slot && !pin.once) return `${name} is pinned to slot ${slot}: unpin it first`;
  }
  for (const [name, seat] of seatsOf(sight)) {
    if (seat.slot.slot !== slot) continue;
    const frozen = maintenanceOf(name, state.maintenance.virtualIps[name], now, `end that, so that it can leave slot ${slot}`);
    if (frozen !== undefined) return frozen;
  }
  return undefined;
}
