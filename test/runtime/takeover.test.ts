import { PENDING_SECONDS } from '../../lib/private/takeover-contract';
import { applyOrder, type Order } from '../../runtime/core/orders';
import { onSlot1, plane, run, start } from './runs';
import { events, type Scene, scene } from './scene';
import { tallied } from './tally';

/** What an operator writes into the table. */
function order({ store, time }: Scene, asked: Order): void {
  store.remember(applyOrder(store.state, asked, time.now()));
}

describe('a takeover', () => {
  test('moves an address off a dead holder, confirms it, and is done', async () => {
    const here = onSlot1(2, 1);
    here.fleet.slot('1').health = 'dead';

    const summary = await run(here);

    expect(here.fleet.holderOf('Vip1')).toBe('2');
    expect(here.fleet.writes).toEqual(['associate eipalloc-1 10.0.2.9']);
    expect(summary).toMatchObject({ outcome: 'done', looks: 1, moves: [{ from: '1', to: '2' }], tookMs: 0, liveSlots: 1 });
    expect(here.log).toEqual([
      { event: 'moved', virtualIp: 'Vip1', from: '1', to: '2', epoch: 1, reason: 'slot 1 is dead', tookMs: 0 },
    ]);
  });

  test('of one address takes three calls to EC2, two to the table, one round of probes and one event', async () => {
    const here = onSlot1(2, 1);
    here.fleet.slot('1').health = 'dead';
    const { ports, tally } = tallied(here.ports);

    await run(here, ports);

    expect(tally).toEqual({
      'view.interfaces': 1,
      'store.read': 1,
      'prober.observe': 1,
      'store.commit': 1,
      'plane.associate': 1,
      'plane.addresses': 1,
      announce: 1,
    });
  });

  test('of four addresses takes a write, a move, a read-back and an event for each, and one look for all', async () => {
    const here = onSlot1(3, 4);
    here.fleet.slot('1').health = 'dead';
    const { ports, tally } = tallied(here.ports);

    const summary = await run(here, ports);

    expect(summary.moves.map(({ virtualIp, to }) => `${virtualIp} to ${to}`)).toEqual([
      'Vip1 to 2',
      'Vip2 to 2',
      'Vip3 to 3',
      'Vip4 to 3',
    ]);
    expect(tally).toEqual({
      'view.interfaces': 1,
      'store.read': 1,
      'prober.observe': 1,
      'store.commit': 4,
      'plane.associate': 4,
      'plane.addresses': 4,
      announce: 4,
    });
  });

  test('tells the world of a move, with what the metrics of the fleet are named by', async () => {
    const here = onSlot1(2, 1);
    here.fleet.slot('1').health = 'dead';

    await run(here);

    expect(here.news).toEqual([
      {
        type: 'moved',
        fleet: 'Edge',
        virtualIp: 'Vip1',
        from: '1',
        to: '2',
        epoch: 1,
        reason: 'slot 1 is dead',
        tookMs: 0,
      },
    ]);
  });

  test('serves the others when one allocation was released', async () => {
    const here = scene({ slots: 2, virtualIps: 2 });
    here.fleet.allocations.delete('eipalloc-1');

    const summary = await run(here);

    expect(here.fleet.holderOf('Vip2')).toBe('2');
    expect(summary.decisions.map(({ action }) => action)).toEqual(['stuck', 'move']);
  });

  test('trusts no single observer in the zone of the holder', async () => {
    const here = onSlot1(2, 1);
    here.fleet.observers.set('zone-1', 'blind');
    here.fleet.observers.set('zone-2', 'missing');

    await run(here);

    expect(here.fleet.writes).toEqual([]);
  });

  test('leaves a virtual IP alone that is being deleted', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.store.remember({ tombstones: ['Vip1'] });

    await run(here);

    expect(here.fleet.writes).toEqual([]);
  });
});

describe('a sweep', () => {
  test('that finds all well asks EC2, the table and the observers once, and changes and tells nothing', async () => {
    const here = scene({ slots: 3, virtualIps: 3 });
    for (const slot of ['1', '2', '3']) here.fleet.putOn(`Vip${slot}`, slot);
    const { ports, tally } = tallied(here.ports);

    const summary = await run(here, ports);

    expect(tally).toEqual({ 'view.interfaces': 1, 'store.read': 1, 'prober.observe': 1 });
    expect(summary).toMatchObject({ outcome: 'done', looks: 1, moves: [], liveSlots: 3 });
    expect(events(here.log)).toEqual([]);
  });

  test('right after a takeover changes nothing either', async () => {
    const here = onSlot1(3, 3);
    here.fleet.slot('1').health = 'dead';
    await run(here);
    const { ports, tally } = tallied(here.ports);

    await run(here, ports);

    expect(tally).toEqual({ 'view.interfaces': 1, 'store.read': 1, 'prober.observe': 1 });
  });

  test('brings an address home once home has been ready for long enough, and writes only at both ends of the wait', async () => {
    const here = scene({ slots: 2, virtualIps: 1, preemptAfterSeconds: 120 });
    here.fleet.putOn('Vip1', '2');

    const holders: Array<string | undefined> = [];
    const commits: number[] = [];
    for (let sweep = 0; sweep < 5; sweep++) {
      await run(here);
      holders.push(here.fleet.holderOf('Vip1'));
      commits.push(here.store.commits);
      await here.time.pass(60_000);
    }

    expect(holders).toEqual(['2', '2', '1', '1', '1']);
    // The fourth forgets since when home was ready.
    expect(commits).toEqual([1, 1, 2, 3, 3]);
  });
});

describe('orders', () => {
  test('a planned move is made once, although the holder is ready', async () => {
    const here = onSlot1(2, 1);
    order(here, { kind: 'move', virtualIp: 'Vip1', slot: '2' });

    await run(here);
    await run(here);

    expect(here.fleet.writes).toEqual(['associate eipalloc-1 10.0.2.9']);
    expect(here.store.state.pins).toEqual({});
  });

  test('a planned move whose run died before EC2 heard of it is made by the next one', async () => {
    const here = onSlot1(2, 1);
    order(here, { kind: 'move', virtualIp: 'Vip1', slot: '2' });
    const silent = plane(here.fleet, { associate: () => new Promise<void>(() => undefined) });
    void start(here, { plane: silent }, { owner: 'died' });
    await here.time.pass(PENDING_SECONDS * 1000);

    await run(here);

    expect(here.fleet.holderOf('Vip1')).toBe('2');
  });

  test('an evacuated slot is left, and nothing comes back before it is opened again', async () => {
    const here = onSlot1(2, 2);
    order(here, { kind: 'evacuate', slot: '1', until: here.time.now() + 3_600_000 });

    await run(here);
    await run(here);

    expect(here.fleet.writes).toHaveLength(2);
    expect([here.fleet.holderOf('Vip1'), here.fleet.holderOf('Vip2')]).toEqual(['2', '2']);
  });
});
