/** The commands of the model: everything that happens to a fleet, besides what its runs do. */
import fc from 'fast-check';
import type { Health } from '../../lib/private/takeover-contract';
import type { Order } from '../../runtime/core/orders';
import { CALLS, type Call, KINDS, type Kind } from './trouble';
import type { World } from './world';

/** What a command may look at before it is chosen: how much there is of everything, and what is over for good. */
export interface Model {
  readonly released: Set<number>;
  readonly deleted: Set<number>;
}

export class Happening implements fc.AsyncCommand<Model, World> {
  constructor(
    private readonly label: string,
    private readonly act: (world: World, model: Model) => void | Promise<void>,
    private readonly allowed: (model: Model) => boolean = () => true,
  ) {}

  check(model: Readonly<Model>): boolean {
    return this.allowed(model);
  }

  async run(model: Model, world: World): Promise<void> {
    world.steps++;
    world.tell(this.label);
    await this.act(world, model);
    world.check();
  }

  toString(): string {
    return this.label;
  }
}

const of = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
const virtualIpOf = (world: World, index: number): string => of(world.topology.virtualIps, index).name;
const slotOf = (world: World, index: number) => of(world.fleet.slots, index);

export const health = (slot: number, state: Health) =>
  new Happening(`slot ${slot} is ${state}`, (world) => {
    slotOf(world, slot).health = state;
  });

export const placeHealth = (slot: number, place: number, state: Health) =>
  new Happening(`slot ${slot} is ${state} at place ${place}`, (world) => {
    const { worse, secondaryAddresses } = slotOf(world, slot);
    worse.set(of(secondaryAddresses, place), state);
  });

export const instance = (slot: number, present: boolean) =>
  new Happening(`slot ${slot} ${present ? 'has' : 'loses'} its instance`, (world) => {
    slotOf(world, slot).instanceId = present ? `i-${world.timeline.now}` : undefined;
  });

export const observer = (slot: number, sight: 'fine' | 'blind' | 'missing') =>
  new Happening(`the observer beside slot ${slot} is ${sight}`, (world) => {
    world.fleet.observers.set(slotOf(world, slot).zone, sight);
  });

/** The holder gets sick for a while, and heartbeats tell. */
export const relapse = (virtualIp: number, state: Health, forMs: number) =>
  new Happening(`the holder of ${virtualIp} is ${state} for ${forMs} ms`, (world) => {
    const holder = world.fleet.holderOf(virtualIpOf(world, virtualIp));
    if (holder === undefined) return;
    const slot = world.fleet.slot(holder);
    slot.health = state;
    world.hint('heartbeat', 500);
    void world.timeline.within('it recovers', forMs, forMs).then(() => {
      slot.health = 'ready';
      world.hint('heartbeat', 500);
    });
  });

/** Whoever holds it gets sick again and again, and heartbeats tell. */
export const flapping = (virtualIp: number, times: number, everyMs: number, state: Health) =>
  new Happening(`${virtualIp} flaps ${times} times, every ${everyMs} ms: ${state}`, async (world) => {
    for (let time = 0; time < times; time++) {
      const holder = world.fleet.holderOf(virtualIpOf(world, virtualIp));
      if (holder !== undefined) {
        world.fleet.slot(holder).health = state;
        world.hint('heartbeat', 500);
      }
      await world.pass(everyMs);
      if (holder !== undefined) world.fleet.slot(holder).health = 'ready';
    }
  });

/** Somebody moves an address by hand. */
export const byHand = (virtualIp: number, to: 'nowhere' | 'foreign' | 'slot', slot: number) =>
  new Happening(`by hand, ${virtualIp} goes ${to} ${slot}`, (world) => {
    const { fleet, ledger, timeline } = world;
    const name = virtualIpOf(world, virtualIp);
    const allocationId = world.allocationOf(name);
    if (!fleet.allocations.has(allocationId)) return;
    ledger.noteByHand(name, allocationId, timeline.now);
    if (to === 'nowhere') fleet.put(name);
    else if (to === 'foreign') fleet.put(name, { interfaceId: 'eni-foreign', privateAddress: `10.9.9.${name}` });
    else if (fleet.holderOf(name) !== slotOf(world, slot).slot) {
      fleet.put(name);
      fleet.putOn(name, slotOf(world, slot).slot);
    }
  });

/** An allocation is released behind our back. */
export const released = (virtualIp: number) =>
  new Happening(
    `the allocation of ${virtualIp} is released`,
    (world, model) => {
      model.released.add(virtualIp);
      world.fleet.allocations.delete(world.allocationOf(virtualIpOf(world, virtualIp)));
    },
    (model) => model.released.size === 0,
  );

/** Events ask for a look: lost, one, or several in any order. */
export const hints = (copies: number, delayMs: number) =>
  new Happening(`${copies} hints within ${delayMs} ms`, (world) => {
    for (let copy = 0; copy < copies; copy++) world.hint('hint', delayMs);
  });

export const wait = (milliseconds: number) => new Happening(`${milliseconds} ms pass`, (world) => world.pass(milliseconds));

export const fault = (call: Call, kind: Kind, calls: number) =>
  new Happening(`next ${calls} ${call}: ${kind}`, (world) => world.trouble.arm({ call, kind, calls }));

export const noise = (percent: number) =>
  new Happening(`${percent} % of calls go wrong`, (world) => {
    world.trouble.percent = percent;
  });

export const clockStep = (host: number, wrongByMs: number) =>
  new Happening(`clock of host ${host}: ${wrongByMs} ms`, (world) => world.setClock(of(world.hosts, host), wrongByMs));

/** @param seconds how long an order is in force, from now on */
export const order = (kind: Order['kind'], virtualIp: number, slot: number, seconds: number | undefined) =>
  new Happening(`order: ${kind} ${virtualIp} ${slot} ${seconds} s`, (world) => {
    const until = seconds === undefined ? undefined : world.timeline.now + seconds * 1000;
    const names = { virtualIp: virtualIpOf(world, virtualIp), slot: slotOf(world, slot).slot };
    world.order({ kind, ...names, until: until ?? (kind === 'pin' ? world.timeline.now + 1000 : undefined) } as Order);
  });

export const deletion = (virtualIp: number) =>
  new Happening(`${virtualIp} is deleted`, (world, model) => {
    model.deleted.add(virtualIp);
    world.lifecycle('delete', virtualIpOf(world, virtualIp));
  });

export const creation = (virtualIp: number) =>
  new Happening(
    `${virtualIp} is created`,
    (world) => world.lifecycle('create', virtualIpOf(world, virtualIp)),
    (model) => model.deleted.has(virtualIp),
  );

const virtualIp = fc.nat(2);
const slot = fc.nat(3);
const anyHealth = fc.constantFrom<Health>('ready', 'live', 'dead');
const sick = fc.constantFrom<Health>('live', 'dead');
const few = fc.integer({ min: 1, max: 3 });
const wrongBy = fc.constantFrom(0, 0, 30_000, -30_000, 3_600_000, -3_600_000);
const sight = fc.constantFrom<'fine' | 'blind' | 'missing'>('fine', 'blind', 'missing');
const where = fc.constantFrom<'nowhere' | 'foreign' | 'slot'>('nowhere', 'foreign', 'slot');
const orderKind = fc.constantFrom<Order['kind']>('move', 'pin', 'unpin', 'freeze', 'evacuate');
/** Over soon, or not before the history is. */
const seconds = fc.constantFrom(undefined, 5, 40, 1_000_000);

/** What histories shall be full of: a fault, or orders of operators, or deletions. */
export type Emphasis = readonly [call: Call, kind: Kind] | 'orders' | 'deletions';

const orders = fc.tuple(orderKind, virtualIp, slot, seconds).map((all) => order(...all));
const deletions = virtualIp.map(deletion);

/** Everything, as often as it is worth it: `fc.commands` chooses evenly, so what should come more often is named more often. */
export function happenings(full: readonly Emphasis[]): fc.Arbitrary<Happening>[] {
  const times = (count: number, arbitrary: fc.Arbitrary<Happening>) => Array.from({ length: count }, () => arbitrary);
  const emphasised = (what: Emphasis): fc.Arbitrary<Happening> => {
    if (what === 'orders') return orders;
    return what === 'deletions' ? deletions : few.map((calls) => fault(...what, calls));
  };
  const faults = fc.tuple(fc.constantFrom(...CALLS), fc.constantFrom(...KINDS), few).map((all) => fault(...all));
  const flaps = fc.tuple(virtualIp, fc.integer({ min: 2, max: 7 }), fc.integer({ min: 3000, max: 70_000 }), sick);
  return [
    times(
      3,
      fc.tuple(slot, anyHealth).map((all) => health(...all)),
    ),
    times(
      2,
      fc.tuple(slot, fc.nat(2), anyHealth).map((all) => placeHealth(...all)),
    ),
    times(
      2,
      fc.tuple(slot, fc.boolean()).map((all) => instance(...all)),
    ),
    times(
      2,
      fc.tuple(slot, sight).map((all) => observer(...all)),
    ),
    times(
      4,
      fc.tuple(virtualIp, sick, fc.nat(40_000)).map((all) => relapse(...all)),
    ),
    times(
      2,
      flaps.map((all) => flapping(...all)),
    ),
    times(
      2,
      fc.tuple(virtualIp, where, slot).map((all) => byHand(...all)),
    ),
    times(
      5,
      fc.tuple(fc.nat(3), fc.nat(3000)).map((all) => hints(...all)),
    ),
    times(5, fc.oneof(fc.nat(3000), fc.nat(40_000), fc.nat(150_000)).map(wait)),
    times(4, faults),
    times(1, fc.constantFrom(0, 3, 10, 30).map(noise)),
    times(
      1,
      fc.tuple(fc.nat(2), wrongBy).map((all) => clockStep(...all)),
    ),
    times(3, orders),
    times(1, deletions),
    times(1, virtualIp.map(creation)),
    times(1, virtualIp.map(released)),
    ...full.map((what) => times(10, emphasised(what))),
  ].flat();
}
