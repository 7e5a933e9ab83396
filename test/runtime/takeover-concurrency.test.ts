/** Runs that meet, die or are late: the move that was written down keeps them apart. */
import { PENDING_SECONDS } from '../../lib/private/takeover-contract';
import { deadHolder, run, start } from './runs';
import { events, type Scene } from './scene';
import { tallied } from './tally';

const PENDING_MS = PENDING_SECONDS * 1000;

/** Associations that take effect after a time; `never`: the run died before EC2 heard of them. */
const slowPlane = ({ fleet, time }: Scene, ms: number | 'never') => ({
  addresses: (ids: string[]) => fleet.addresses(ids),
  associate: async (move: Parameters<typeof fleet.associate>[0]) => {
    await (ms === 'never' ? new Promise(() => undefined) : time.sleep(ms));
    await fleet.associate(move);
  },
});

describe('a run that finds the move of another one under way', () => {
  test('neither asks the observers nor writes nor moves until EC2 shows it, and then finds all well', async () => {
    const here = deadHolder();
    const first = start(here, { plane: slowPlane(here, 5000) }, { owner: 'first' });
    await here.time.pass(100);
    const { ports, tally } = tallied(here.ports);

    const second = start(here, ports);
    await here.time.pass(4800);
    const before = { ...tally };
    await here.time.settle(Promise.all([first, second]));

    expect(before).toMatchObject({ 'store.read': expect.any(Number), 'view.interfaces': expect.any(Number) });
    expect(Object.keys(before).sort()).toEqual(['store.read', 'view.interfaces']);
    expect(await second).toMatchObject({ outcome: 'done', moves: [], decisions: [{ action: 'keep', at: '2' }] });
    expect(here.fleet.writes).toHaveLength(1);
    expect(here.news).toHaveLength(1);
  });

  test('is busy, and says so, when its time is over before that', async () => {
    const here = deadHolder();
    void start(here, { plane: slowPlane(here, 'never') }, { owner: 'died' });
    await here.time.pass(100);

    const summary = await run(here, {}, { deadline: here.time.now() + 30_000 });

    expect(summary).toMatchObject({ outcome: 'busy', moves: [], decisions: [] });
    expect(new Set(events(here.log))).toEqual(new Set(['busy']));
  });

  test('makes the move itself when its writer died, and not before its time is over', async () => {
    const here = deadHolder();
    const died = here.time.now();
    void start(here, { plane: slowPlane(here, 'never') }, { owner: 'died' });
    await here.time.pass(100);

    const summary = await run(here);

    expect(here.fleet.holderOf('Vip1')).toBe('2');
    expect(summary).toMatchObject({ outcome: 'done', moves: [{ to: '2' }] });
    expect(here.time.now() - died).toBeGreaterThanOrEqual(PENDING_MS);
    expect(here.time.now() - died).toBeLessThan(PENDING_MS + 2500);
  });

  test('decides afresh after a death: what recovered keeps its address', async () => {
    const here = deadHolder();
    void start(here, { plane: slowPlane(here, 'never') }, { owner: 'died' });
    await here.time.pass(PENDING_MS);
    here.fleet.slot('1').health = 'ready';

    await run(here);

    expect(here.fleet.writes).toEqual([]);
  });

  test('that was made already waits for EC2 to show it here, too, although something else was written since', async () => {
    const here = deadHolder(2, 2);
    const before = await here.fleet.interfaces(['eni-1', 'eni-2']);
    await run(here);
    here.fleet.allocations.delete('eipalloc-1');
    await run(here);
    const behind = here.time.now() + 3000;
    const view = {
      interfaces: async (ids: string[]) => (here.time.now() < behind ? before : here.fleet.interfaces(ids)),
    };

    const summary = await run(here, { view });

    expect(here.store.state.stuck).toEqual(['Vip1']);
    expect(summary).toMatchObject({ outcome: 'done', moves: [] });
    expect(here.fleet.writes).toHaveLength(2);
  });

  test('waits its time, and no longer, for a move that a wrong clock stamped far ahead', async () => {
    const here = deadHolder();
    const began = here.time.now();
    const place = { allocationId: 'eipalloc-1', interfaceId: 'eni-2', privateAddress: '10.0.2.9' };
    here.store.remember({ pending: { virtualIp: 'Vip1', ...place, at: here.time.now() + 3_600_000 } });

    expect(await run(here)).toMatchObject({ outcome: 'done', moves: [{ to: '2' }] });
    expect(here.time.now() - began).toBeGreaterThanOrEqual(PENDING_MS);
    expect(here.time.now() - began).toBeLessThan(PENDING_MS + 2500);
  });
});

describe('runs that start at the same moment', () => {
  test('make each move once', async () => {
    const here = deadHolder(3, 3);

    const runs = Array.from({ length: 5 }, (_, index) => {
      return start(here, { plane: slowPlane(here, 300) }, { owner: `run-${index}` });
    });
    const summaries = await here.time.settle(Promise.all(runs));

    expect(here.fleet.writes.map((write) => write.split(' ')[1]).sort()).toEqual(['eipalloc-1', 'eipalloc-2', 'eipalloc-3']);
    expect(summaries.map(({ outcome }) => outcome)).toEqual(Array<string>(5).fill('done'));
    expect(here.news).toHaveLength(3);
  });

  test('the one that wrote second is refused before it can move anything, and looks again at once', async () => {
    const here = deadHolder();
    let looks = 0;
    const prober = {
      observe: async (addresses: string[]) => {
        const seen = await here.fleet.observe(addresses);
        if (++looks === 1) await start(here, {}, { owner: 'faster' });
        return seen;
      },
    };
    const began = here.time.now();

    const summary = await run(here, { prober });

    expect(here.fleet.writes).toHaveLength(1);
    expect(summary).toMatchObject({ outcome: 'done', looks: 2, moves: [] });
    expect(events(here.log)).toEqual(['moved', 'stale']);
    expect(here.time.now()).toBe(began);
  });

  test('one that others always outrun ends, and calls itself stale', async () => {
    const here = deadHolder();
    let looks = 0;
    const prober = {
      observe: (addresses: string[]) => {
        looks++;
        here.store.remember({});
        return here.fleet.observe(addresses);
      },
    };

    const summary = await run(here, { prober });

    expect(looks).toBe(16);
    expect(summary).toMatchObject({ outcome: 'stale', moves: [] });
    expect(here.fleet.writes).toEqual([]);
  });
});

describe('a run that is late', () => {
  test('does not carry out a decision that grew old: it looks again', async () => {
    const here = deadHolder();
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
    expect(here.store.commits).toBe(0);
  });

  test('moves nothing after a write that took too long, takes it back, and looks again at once', async () => {
    const here = deadHolder();
    let writes = 0;
    const store = {
      read: () => here.store.read(),
      commit: async (...parameters: Parameters<typeof here.store.commit>) => {
        const done = await here.store.commit(...parameters);
        if (++writes === 1) await here.time.sleep(5001);
        return done;
      },
    };

    const summary = await run(here, { store });

    expect(summary).toMatchObject({ outcome: 'done', looks: 2, moves: [{ to: '2' }] });
    expect(here.fleet.writes).toHaveLength(1);
    expect(here.store.state.moves.Vip1).toHaveLength(1);
    expect(events(here.log)).toEqual(['stale', 'moved']);
  });

  test('begins no look that its deadline could cut off', async () => {
    const here = deadHolder();
    for (const slot of here.fleet.slots) slot.health = 'dead';
    let looks = 0;
    const prober = {
      observe: async (addresses: string[]) => {
        looks++;
        await here.time.sleep(12_000);
        here.store.remember({});
        return here.fleet.observe(addresses);
      },
    };

    const summary = await run(here, { prober }, { deadline: here.time.now() + 60_000 });

    // After 36 s there is no time for another look.
    expect(looks).toBe(3);
    expect(summary).toMatchObject({ outcome: 'stale', looks: 3 });
  });

  test('looks once also when it was late from the beginning', async () => {
    const here = deadHolder();

    expect(await run(here, {}, { deadline: here.time.now() - 1 })).toMatchObject({ outcome: 'done', looks: 1 });
  });
});
