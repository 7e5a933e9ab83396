import type { Order } from '../../runtime/core/orders';
import type { TakeoverState } from '../../runtime/ports';

/** An effective move. */
export interface Effect {
  readonly allocationId: string;
  readonly interfaceId: string;
  readonly privateAddress: string;
  readonly at: number;
  readonly writtenAt: number;
  /** False for one that an operator's order asked for. */
  readonly automatic: boolean;
}

/**
 * What is true besides the fleet itself: what operators were promised, who is being deleted, what moved when. It is kept from what
 * calls did, never from what the code under test remembers. Times are those of the timeline, which nobody's clock shows.
 */
export class Ledger {
  readonly pins = new Map<
    string,
    { readonly slot: string; readonly until: number; readonly once: boolean; readonly at: number }
  >();
  readonly frozen = new Map<string, number>();
  readonly evacuated = new Map<string, number>();
  readonly tombstones = new Set<string>();
  readonly effects: Effect[] = [];
  /** When a virtual IP was last at home, by name. */
  readonly atHome = new Map<string, number>();
  /** When a run that came to its end asked what there is, and then saw nothing ready at home, by name. */
  readonly homeUnready = new Map<string, number>();
  /** When an operator put something on an address, by hand. */
  readonly byHand = new Map<string, number>();
  /** When a host whose clock was wrong wrote last: what it remembered of times is worth nothing. */
  wrongClockAt = Number.NEGATIVE_INFINITY;

  /**
   * @param now when it was sent
   * @param at when the table took it
   */
  order(order: Order, now: number, at: number): void {
    switch (order.kind) {
      case 'move':
        this.pins.set(order.virtualIp, { slot: order.slot, until: now + 300_000, once: true, at });
        break;
      case 'pin':
        this.pins.set(order.virtualIp, { slot: order.slot, until: order.until, once: false, at });
        break;
      case 'unpin':
        this.pins.delete(order.virtualIp);
        break;
      case 'freeze':
        setOrDelete(this.frozen, order.virtualIp, order.until);
        break;
      case 'evacuate':
        setOrDelete(this.evacuated, order.slot, order.until);
        break;
    }
  }

  /** What nobody looked at since does not count: a wait that began before goes on, and nobody knows when it was at home. */
  noteByHand(name: string, allocationId: string, now: number): void {
    this.byHand.set(allocationId, now);
    this.atHome.delete(name);
    this.homeUnready.delete(name);
  }

  /** Forgets the orders that the table does not hold any more. */
  keepOnly({ pins, maintenance }: TakeoverState): void {
    for (const name of this.pins.keys()) if (!pins[name]) this.pins.delete(name);
    for (const name of this.frozen.keys()) if (maintenance.virtualIps[name] === undefined) this.frozen.delete(name);
    for (const slot of this.evacuated.keys()) if (maintenance.slots[slot] === undefined) this.evacuated.delete(slot);
  }
}

function setOrDelete(all: Map<string, number>, name: string, until: number | undefined): void {
  if (until === undefined) all.delete(name);
  else all.set(name, until);
}
