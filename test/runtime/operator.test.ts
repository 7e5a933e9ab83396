import { giveOrder, readStatus } from '../../runtime/operator';
import type { OrderRequest } from '../../runtime/order-request';
import type { OperatorPorts } from '../../runtime/ports';
import { runTakeover } from '../../runtime/takeover';
import type { FleetSize } from './fake-fleet';
import { type Scene, scene } from './scene';

interface Stage extends Scene {
  readonly operator: OperatorPorts;
  hints: number;
}

/** A fleet whose virtual IPs sit at home, and whose takeover function runs for real when it is asked to. */
function stage(size: FleetSize, changes: Partial<OperatorPorts> = {}): Stage {
  const here = scene(size);
  for (const { name, home } of here.fleet.topology.virtualIps) here.fleet.putOn(name, home);
  const operator: OperatorPorts = {
    ...here.ports,
    hint: async () => {
      whole.hints++;
      void arbiter(here);
    },
    ...changes,
  };
  const whole: Stage = { ...here, operator, hints: 0 };
  return whole;
}

let runs = 0;
const arbiter = ({ ports, fleet }: Scene) => runTakeover(ports, fleet.topology, { owner: `run ${++runs}` });
const status = ({ time, operator, fleet }: Stage) => time.settle(readStatus(operator, fleet.topology));
const give = ({ time, operator, fleet }: Stage, request: OrderRequest, dryRun = false) =>
  time.settle(giveOrder(operator, fleet.topology, request, { owner: `operator ${++runs}`, dryRun }));
const HOUR = 3600;

describe('status', () => {
  test('tells of every virtual IP and slot, and what would be decided', async () => {
    const here = stage({ slots: 2, virtualIps: 1 });
    here.fleet.slot('2').worse.set('10.0.2.9', 'live');
    here.store.remember({ moves: { Vip1: [here.time.now() - 90_000] } });

    const seen = await status(here);

    expect(seen).toEqual({
      fleet: 'Edge',
      epoch: 1,
      virtualIps: [
        {
          name: 'Vip1',
          allocationId: 'eipalloc-1',
          publicIp: '198.51.100.1',
          home: '1',
          holder: '1',
          privateAddress: '10.0.1.9',
          health: 'ready',
          lastMoveSecondsAgo: 90,
          beingDeleted: false,
          stuck: false,
          next: { action: 'keep', reason: 'slot 1 is ready' },
        },
      ],
      slots: [
        {
          slot: '1',
          zone: 'zone-1',
          interfaceId: 'eni-1',
          health: 'ready',
          places: [{ address: '10.0.1.9', health: 'ready', virtualIp: 'Vip1' }],
          virtualIps: ['Vip1'],
        },
        {
          slot: '2',
          zone: 'zone-2',
          interfaceId: 'eni-2',
          health: 'live',
          places: [{ address: '10.0.2.9', health: 'live' }],
          virtualIps: [],
        },
      ],
      observers: [
        { zone: 'zone-1', answered: true },
        { zone: 'zone-2', answered: true },
      ],
    });
  });

  test('shows orders with what is left of them, and none that is over', async () => {
    const here = stage({ slots: 3, virtualIps: 2 });
    const now = here.time.now();
    here.store.remember({
      pins: { Vip1: { slot: '1', until: now + 60_000, once: false }, Vip2: { slot: '1', until: now - 1, once: false } },
      maintenance: { slots: { '3': now + 30_000 }, virtualIps: { Vip2: now + 90_000 } },
    });

    const { virtualIps, slots } = await status(here);

    expect(virtualIps.map(({ pin, maintenanceSeconds }) => [pin, maintenanceSeconds])).toEqual([
      [{ slot: '1', once: false, endsInSeconds: 60 }, undefined],
      [undefined, 90],
    ]);
    expect(slots.map(({ maintenanceSeconds }) => maintenanceSeconds)).toEqual([undefined, undefined, 30]);
  });

  test('says who is stuck, who is being deleted, which observer is silent and which move is under way', async () => {
    const here = stage({ slots: 2, virtualIps: 2 });
    here.fleet.allocations.delete('eipalloc-1');
    here.fleet.observers.set('zone-2', 'missing');
    const pending = { virtualIp: 'Vip2', allocationId: 'eipalloc-2', interfaceId: 'eni-1', privateAddress: '10.0.1.9' };
    here.store.remember({ tombstones: ['Vip2'], pending: { ...pending, at: here.time.now() - 3000 } });

    const { virtualIps, observers, underWay } = await status(here);

    expect(virtualIps.map(({ stuck, beingDeleted }) => [stuck, beingDeleted])).toEqual([
      [true, false],
      [false, true],
    ]);
    expect(observers.map(({ answered }) => answered)).toEqual([true, false]);
    expect(underWay).toEqual({ virtualIp: 'Vip2', to: '1', sinceSeconds: 3 });
  });
});

describe('an order', () => {
  test('to move is met by the takeover function, once', async () => {
    const here = stage({ slots: 3, virtualIps: 1 });

    const report = await give(here, { kind: 'move', slot: '3' });
    await here.time.settle(arbiter(here));

    expect(report).toMatchObject({ outcome: 'done', met: true, virtualIps: [{ name: 'Vip1', from: '1', holder: '3' }] });
    expect(report.order).toEqual({ kind: 'move', virtualIp: 'Vip1', slot: '3' });
    expect(here.fleet.writes).toEqual(['associate eipalloc-1 10.0.3.9']);
    expect(here.store.state.pins).toEqual({});
    expect(here.log).toContainEqual(
      expect.objectContaining({ event: 'ordered', virtualIp: 'Vip1', reason: "an operator's order: move Vip1 to slot 3" }),
    );
  });

  test('to pin stays in force until it ends', async () => {
    const here = stage({ slots: 2, virtualIps: 1, preemptAfterSeconds: 60 });

    const report = await give(here, { kind: 'pin', slot: '2', forSeconds: HOUR });
    await here.time.pass(120_000);
    await here.time.settle(arbiter(here));
    const during = here.fleet.holderOf('Vip1');
    await here.time.pass(HOUR * 1000);
    for (const _ of [1, 2]) {
      await here.time.settle(arbiter(here));
      await here.time.pass(120_000);
    }

    expect(report).toMatchObject({ outcome: 'done', met: true, virtualIps: [{ holder: '2', pin: { slot: '2', once: false } }] });
    expect([during, here.fleet.holderOf('Vip1')]).toEqual(['2', '1']);
  });

  test('to unpin ends a pin and leaves the address where it is', async () => {
    const here = stage({ slots: 2, virtualIps: 1 });
    await give(here, { kind: 'pin', slot: '2', forSeconds: HOUR });

    const report = await give(here, { kind: 'unpin' });

    expect(report).toMatchObject({ outcome: 'done', met: true, virtualIps: [{ holder: '2', pin: undefined }] });
    expect(here.store.state.pins).toEqual({});
  });

  test('to keep a slot free moves all that is on it, and none comes back before the end', async () => {
    const here = stage({ slots: 3, virtualIps: 3 });
    here.fleet.putOn('Vip2', '1');

    const report = await give(here, { kind: 'evacuate', slot: '1', forSeconds: HOUR });
    here.fleet.slot('2').health = 'dead';
    await here.time.settle(arbiter(here));

    expect(report.virtualIps.map(({ name, from, holder }) => [name, from, holder])).toEqual([
      ['Vip1', '1', '2'],
      ['Vip2', '1', '2'],
    ]);
    expect(['Vip1', 'Vip2', 'Vip3'].map((name) => here.fleet.holderOf(name))).toEqual(['3', '3', '3']);
    expect(await give(here, { kind: 'evacuate', slot: '1' })).toMatchObject({ outcome: 'done', met: true });
    expect(here.store.state.maintenance.slots).toEqual({});
  });

  test('to keep an address where it is holds even when its slot dies', async () => {
    const here = stage({ slots: 2, virtualIps: 1 });

    const report = await give(here, { kind: 'freeze', forSeconds: HOUR });
    here.fleet.slot('1').health = 'dead';
    await here.time.settle(arbiter(here));
    const during = here.fleet.holderOf('Vip1');
    const end = await give(here, { kind: 'freeze' });

    expect(report).toMatchObject({ outcome: 'done', met: true, virtualIps: [{ maintenanceSeconds: HOUR }] });
    expect(end).toMatchObject({ outcome: 'done', met: true, virtualIps: [{ from: '1', holder: '2' }] });
    expect([during, here.fleet.holderOf('Vip1')]).toEqual(['1', '2']);
  });

  test('waits until a move that is under way is over', async () => {
    const here = stage({ slots: 2, virtualIps: 1 });
    const pending = { virtualIp: 'Vip1', allocationId: 'eipalloc-1', interfaceId: 'eni-2', privateAddress: '10.0.2.9' };
    here.store.remember({ pending: { ...pending, at: here.time.now() } });

    const report = await give(here, { kind: 'freeze', forSeconds: HOUR });

    expect(report).toMatchObject({ outcome: 'done', met: true });
    expect(report.tookSeconds).toBeGreaterThan(15);
  });

  test('that nobody meets is in force, and reported as unmet with the reason', async () => {
    const here = stage({ slots: 2, virtualIps: 1 }, { hint: async () => undefined });

    const report = await give(here, { kind: 'move', slot: '2' });

    expect(report).toMatchObject({
      outcome: 'unmet',
      met: false,
      virtualIps: [{ holder: '1', next: { action: 'move', to: '2' } }],
    });
    expect(report.tookSeconds).toBeGreaterThan(60);
    expect(here.store.state.pins).toHaveProperty('Vip1');
  });

  test('that can be met by nobody is not waited for', async () => {
    const here = stage({ slots: 2, virtualIps: 1 });
    here.fleet.slot('2').health = 'dead';

    const report = await give(here, { kind: 'evacuate', slot: '1', forSeconds: HOUR });

    expect(report).toMatchObject({ outcome: 'unmet', met: false });
    expect(report.virtualIps[0]?.next.reason).toBe('slot 1 is in maintenance, but nothing free is as well');
    expect(report.tookSeconds).toBeLessThan(10);
  });

  test('whose hint fails is met by the next sweep', async () => {
    const here = stage({ slots: 2, virtualIps: 1 }, { hint: () => Promise.reject(new Error('no permission')) });
    here.time.after(45_000, () => void arbiter(here));

    const report = await give(here, { kind: 'move', slot: '2' });

    expect(report).toMatchObject({ outcome: 'done', virtualIps: [{ holder: '2' }] });
    expect(report.notes).toEqual([expect.stringMatching(/could not be asked for a look \(Error: no permission\)/)]);
  });

  test('whose write is refused by AWS fails at once', async () => {
    const here = stage({ slots: 2, virtualIps: 1 });
    const before = here.time.now();
    here.store.commit = () => Promise.reject(new Error('AccessDenied'));

    await expect(give(here, { kind: 'move', slot: '2' })).rejects.toThrow('AccessDenied');

    expect(here.time.now() - before).toBeLessThan(1000);
  });

  test.each<[string, OrderRequest]>([
    ['a move to where it is', { kind: 'move', slot: '1' }],
    ['an unpin without a pin', { kind: 'unpin' }],
    ['the end of a maintenance that there is not', { kind: 'freeze' }],
    ['the same of a slot', { kind: 'evacuate', slot: '1' }],
  ])('has nothing to do: %s', async (_, request) => {
    const here = stage({ slots: 2, virtualIps: 1 });

    const report = await give(here, request);

    expect(report).toMatchObject({ outcome: 'nothing to do', met: true });
    expect([here.store.commits, here.hints]).toEqual([0, 0]);
  });

  test('to move to the slot that it is pinned to leaves the pin alone, one to another slot ends it', async () => {
    const here = stage({ slots: 3, virtualIps: 1 });
    await give(here, { kind: 'pin', slot: '2', forSeconds: HOUR });

    const same = await give(here, { kind: 'move', slot: '2' });
    const other = await give(here, { kind: 'move', slot: '3' });

    expect(same).toMatchObject({ outcome: 'nothing to do', notes: [] });
    expect(other).toMatchObject({ outcome: 'done', virtualIps: [{ holder: '3' }], notes: ['This ends the pin to slot 2.'] });
  });
});

describe('a dry run writes nothing and tells what would follow', () => {
  test.each<[string, OrderRequest, boolean, [string, string | undefined][]]>([
    ['move', { kind: 'move', virtualIp: 'Vip1', slot: '2' }, true, [['Vip1', '2']]],
    ['pin', { kind: 'pin', virtualIp: 'Vip2', slot: '1', forSeconds: HOUR }, true, [['Vip2', '1']]],
    ['maintenance of a slot', { kind: 'evacuate', slot: '1', forSeconds: HOUR }, true, [['Vip1', '2']]],
    ['maintenance of an address', { kind: 'freeze', virtualIp: 'Vip1', forSeconds: HOUR }, true, [['Vip1', undefined]]],
  ])('%s', async (_, request, met, expected) => {
    const here = stage({ slots: 2, virtualIps: 2 });

    const report = await give(here, request, true);

    expect(report).toMatchObject({ outcome: 'planned', met });
    expect(report.virtualIps.map(({ name, next }) => [name, next.to])).toEqual(expected);
    expect([here.store.commits, here.hints, here.fleet.writes]).toEqual([0, 0, []]);
  });

  test('also that the order would not be met', async () => {
    const here = stage({ slots: 2, virtualIps: 1 });
    here.fleet.slot('2').health = 'dead';

    const report = await give(here, { kind: 'evacuate', slot: '1', forSeconds: HOUR }, true);

    expect(report).toMatchObject({ outcome: 'planned', met: false });
  });
});

describe('an order is refused', () => {
  const now = 1_800_000_000_000;

  test.each<[string, OrderRequest, (here: Stage) => void, string]>([
    [
      'for an unknown virtual IP',
      { kind: 'unpin', virtualIp: 'Vip9' },
      () => undefined,
      "no virtual IP of Edge is called 'Vip9': choose one of Vip1, Vip2",
    ],
    [
      'for an unknown slot',
      { kind: 'evacuate', slot: '9', forSeconds: HOUR },
      () => undefined,
      "no slot of Edge is called '9': choose one of 1, 2, 3",
    ],
    ['without a name when there are two', { kind: 'unpin' }, () => undefined, 'a virtual IP must be named, Edge has Vip1, Vip2'],
    [
      'when the slot is dead',
      { kind: 'move', virtualIp: 'Vip1', slot: '2' },
      ({ fleet }) => {
        fleet.slot('2').health = 'dead';
      },
      'the slot for Vip1 must be live, got slot 2, a dead one: wait until it is live, or choose another (1, 3)',
    ],
    [
      'when nobody could judge the slot',
      { kind: 'pin', virtualIp: 'Vip1', slot: '2', forSeconds: HOUR },
      ({ fleet }) => {
        for (const { zone } of fleet.slots) fleet.observers.set(zone, 'missing');
      },
      'no probe function answered, so nobody knows how the slots are (may you invoke them?): ' +
        'the slot for Vip1 must be live, got slot 2, one that nobody could judge: wait until it is live',
    ],
    [
      'when the slot is full',
      { kind: 'move', virtualIp: 'Vip1', slot: '2' },
      ({ fleet }) => {
        fleet.slot('2').worse.set('10.0.2.10', 'dead');
      },
      'slot 2 has no free live address for Vip1, it holds Vip2: move one away first, or choose another (1, 3)',
    ],
    [
      'when the address is frozen',
      { kind: 'move', virtualIp: 'Vip1', slot: '2' },
      ({ store }) => store.remember({ maintenance: { slots: {}, virtualIps: { Vip1: now + 90_000 } } }),
      'Vip1 is in maintenance for another 1 min 30 s: end that first',
    ],
    [
      'when the slot is in maintenance',
      { kind: 'move', virtualIp: 'Vip1', slot: '2' },
      ({ store }) => store.remember({ maintenance: { slots: { '2': now + HOUR * 1000 }, virtualIps: {} } }),
      'slot 2 is in maintenance for another 1 h: end that before Vip1 goes there',
    ],
    [
      'when the address is being deleted',
      { kind: 'pin', virtualIp: 'Vip1', slot: '2', forSeconds: HOUR },
      ({ store }) => store.remember({ tombstones: ['Vip1'] }),
      'Vip1 is being deleted and is left alone: leave it to its stack',
    ],
    [
      'when the address is gone',
      { kind: 'move', virtualIp: 'Vip1', slot: '2' },
      ({ fleet }) => void fleet.allocations.delete('eipalloc-1'),
      'the Elastic IP of Vip1 does not exist any more: deploy its stack again',
    ],
    [
      'when a pin holds an address on the slot that is to be left',
      { kind: 'evacuate', slot: '1', forSeconds: HOUR },
      ({ store }) => store.remember({ pins: { Vip1: { slot: '1', until: now + 1000, once: false } } }),
      'Vip1 is pinned to slot 1: unpin it first',
    ],
    [
      'when a freeze does',
      { kind: 'evacuate', slot: '1', forSeconds: HOUR },
      ({ store }) => store.remember({ maintenance: { slots: {}, virtualIps: { Vip1: now + 60_000 } } }),
      'Vip1 is in maintenance for another 1 min: end that, so that it can leave slot 1',
    ],
  ])('%s', async (_, request, arrange, message) => {
    const here = stage({ slots: 3, virtualIps: 2 });
    arrange(here);

    await expect(give(here, request)).rejects.toThrow(expect.objectContaining({ name: 'OrderRefused', message }));

    expect([here.store.commits, here.hints, here.fleet.writes]).toEqual([0, 0, []]);
  });

  test('also when the reason came up between look and write', async () => {
    const here = stage({ slots: 2, virtualIps: 1 });
    const read = here.store.read.bind(here.store);
    let reads = 0;
    here.store.read = async () => {
      if (++reads === 2) here.store.remember({ maintenance: { slots: {}, virtualIps: { Vip1: now + 60_000 } } });
      return read();
    };

    await expect(give(here, { kind: 'move', slot: '2' })).rejects.toThrow('Vip1 is in maintenance');

    expect(here.store.commits).toBe(0);
  });
});
