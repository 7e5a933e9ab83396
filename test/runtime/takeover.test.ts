import { LEASE_SECONDS } from '../../lib/private/contract';
import type { LifecyclePorts } from '../../runtime/ports';
import { runTakeover } from '../../runtime/takeover';
import { events, type Scene, scene } from './scene';

const run = ({ time, fleet, ports }: Scene, changes: Partial<LifecyclePorts> = {}) =>
  time.settle(runTakeover({ ...ports, ...changes }, fleet.topology, { owner: 'test' }));

describe('one run', () => {
  test('moves an address off a dead holder with a single call, confirms it, and is done', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '1');
    here.fleet.slot('1').health = 'dead';

    const summary = await run(here);

    expect(here.fleet.holderOf('Vip1')).toBe('2');
    expect(here.fleet.writes).toEqual(['associate eipalloc-1 10.0.2.9']);
    expect(summary).toMatchObject({ outcome: 'done', rounds: 1, moves: [{ from: '1', to: '2' }] });
    expect(here.log).toEqual([
      expect.objectContaining({ event: 'moved', virtualIp: 'Vip1', from: '1', to: '2', epoch: 1, reason: 'slot 1 is dead' }),
    ]);
  });

  test('writes nothing but the lease when all is well', async () => {
    const here = scene({ slots: 3, virtualIps: 3 });
    for (const slot of ['1', '2', '3']) here.fleet.putOn(`Vip${slot}`, slot);

    await run(here);
    const summary = await run(here);

    expect(here.fleet.writes).toEqual([]);
    expect(here.store.saves).toBe(0);
    expect(summary).toMatchObject({ outcome: 'done', moves: [] });
    expect(events(here.log)).toEqual([]);
  });

  test('gives the lease back, so that the next run need not wait', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });

    await run(here);

    expect(await run(here)).toMatchObject({ outcome: 'done' });
  });

  test('moves nothing while no slot is live, and says so', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '1');
    for (const { slot } of here.fleet.slots) here.fleet.slot(slot).health = 'dead';

    await run(here);

    expect(here.fleet.writes).toEqual([]);
    expect(events(here.log)).toEqual(['stuck']);
  });

  test('trusts no single observer in the zone of the holder', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '1');
    here.fleet.observers.set('zone-1', 'blind');
    here.fleet.observers.set('zone-2', 'missing');

    await run(here);

    expect(here.fleet.writes).toEqual([]);
  });

  test('serves the others when one allocation was released', async () => {
    const here = scene({ slots: 2, virtualIps: 2 });
    here.fleet.allocations.delete('eipalloc-1');

    const summary = await run(here);

    expect(here.fleet.holderOf('Vip2')).toBe('1');
    expect(summary.decisions.map(({ action }) => action)).toEqual(['stuck', 'move']);
  });
});

describe('the lease', () => {
  test('a run that does not get it does nothing, and its hint makes the holder look again', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '1');
    let looks = 0;
    const prober = {
      observe: async (addresses: string[]) => {
        looks++;
        const seen = await here.fleet.observe(addresses);
        if (looks > 1) return seen;
        // The slot dies just after the look, and another run brings the news.
        here.fleet.slot('1').health = 'dead';
        expect(await runTakeover(here.ports, here.fleet.topology, { owner: 'other' })).toMatchObject({ outcome: 'busy' });
        return seen;
      },
    };

    const summary = await run(here, { prober });

    expect(here.fleet.holderOf('Vip1')).toBe('2');
    expect(summary).toMatchObject({ outcome: 'done', rounds: 2 });
    expect(events(here.log)).toEqual(['busy', 'moved']);
  });

  test('ends after a bounded number of rounds and still gives the lease back', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    let looks = 0;
    const prober = {
      observe: async (addresses: string[]) => {
        looks++;
        await here.store.acquire('hint', here.time.now());
        return here.fleet.observe(addresses);
      },
    };

    await run(here, { prober });

    expect(looks).toBe(5);
    expect(await run(here)).toMatchObject({ outcome: 'done' });
  });

  test('goes back before the deadline: no look begins that it could cut off', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    let looks = 0;
    const prober = {
      observe: async (addresses: string[]) => {
        looks++;
        await here.time.sleep(12_000);
        await here.store.acquire('hint', here.time.now());
        return here.fleet.observe(addresses);
      },
    };

    const options = { owner: 'test', deadline: here.time.now() + 60_000 };
    const summary = await here.time.settle(runTakeover({ ...here.ports, prober }, here.fleet.topology, options));

    expect(looks).toBe(3);
    expect(summary).toMatchObject({ outcome: 'done', rounds: 3 });
    expect(await here.store.acquire('next', here.time.now())).toBeDefined();
  });

  test('a late run is refused before it can move anything', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '1');
    here.fleet.slot('1').health = 'dead';
    const view = {
      interfaces: async (ids: string[]) => {
        await here.time.sleep((LEASE_SECONDS + 1) * 1000);
        await here.store.acquire('newer', here.time.now());
        return here.fleet.interfaces(ids);
      },
    };

    const summary = await run(here, { view });

    expect(summary).toMatchObject({ outcome: 'stale', moves: [] });
    expect(here.fleet.writes).toEqual([]);
    expect(events(here.log)).toEqual(['stale']);
  });

  test('a decision that grew old is not carried out: the run looks again', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '1');
    here.fleet.slot('1').health = 'dead';
    let looks = 0;
    const prober = {
      observe: async (addresses: string[]) => {
        const seen = await here.fleet.observe(addresses);
        if (++looks > 1) return seen;
        await here.time.sleep(16_000);
        here.fleet.slot('1').health = 'ready';
        return seen;
      },
    };

    await run(here, { prober });

    expect(looks).toBe(2);
    expect(here.fleet.writes).toEqual([]);
  });

  test('a run whose table fails says so and moves nothing', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    const store = {
      acquire: (owner: string, now: number) => here.store.acquire(owner, now),
      save: () => Promise.reject(new Error('throttled')),
      release: here.store.release.bind(here.store),
    };

    await expect(run(here, { store })).rejects.toThrow('throttled');

    expect(here.fleet.writes).toEqual([]);
    expect(events(here.log)).toEqual(['failed']);
    expect(await run(here)).toMatchObject({ outcome: 'done' });
  });
});

test('a virtual IP that is being deleted is left alone', async () => {
  const here = scene({ slots: 2, virtualIps: 1 });
  here.store.state = { moves: {}, tombstones: ['Vip1'] };

  await run(here);

  expect(here.fleet.writes).toEqual([]);
});
