import { PENDING_SECONDS } from '../../lib/private/contract';
import { type AddressPlane, type LifecyclePorts, Refused } from '../../runtime/ports';
import { runTakeover } from '../../runtime/takeover';
import type { FakeFleet } from './fake-fleet';
import { events, type Scene, scene } from './scene';

/** A run that has time for one look only, so that the next one is another run. */
const once = ({ time, fleet, ports }: Scene, changes: Partial<LifecyclePorts> = {}) =>
  time.settle(runTakeover({ ...ports, ...changes }, fleet.topology, { owner: 'test', deadline: time.now() + 24_000 }));

/** A run with all the time of its function. */
const run = ({ time, fleet, ports }: Scene, changes: Partial<LifecyclePorts> = {}) =>
  time.settle(runTakeover({ ...ports, ...changes }, fleet.topology, { owner: 'test', deadline: time.now() + 60_000 }));

/** The fleet's own plane with one call replaced. */
const plane = (fleet: FakeFleet, changes: Partial<AddressPlane>): AddressPlane => ({
  addresses: (ids) => fleet.addresses(ids),
  associate: (move) => fleet.associate(move),
  ...changes,
});

/** Moves take effect; their answers do not arrive. */
const lossy = (fleet: FakeFleet): Partial<AddressPlane> => ({
  associate: async (move) => {
    await fleet.associate(move);
    throw new Error('socket hang up');
  },
});

const refusal = () => Promise.reject(new Refused('RequestLimitExceeded'));

/** A fleet whose holder, slot 1, is dead. */
function deadHolder(slots = 2, virtualIps = 1): Scene {
  const here = scene({ slots, virtualIps });
  for (const { name } of here.fleet.topology.virtualIps) here.fleet.putOn(name, '1');
  here.fleet.slot('1').health = 'dead';
  return here;
}

describe('a move that EC2 refuses', () => {
  test('is reported as failed, does not count, and the next run makes it', async () => {
    const here = deadHolder();

    for (let attempt = 1; attempt <= 6; attempt++) {
      await expect(once(here, { plane: plane(here.fleet, { associate: refusal }) })).rejects.toThrow(
        'AssociateAddress failed: Error: RequestLimitExceeded',
      );
    }
    expect(here.store.state).toMatchObject({ moves: {} });
    expect(here.store.state.pending).toBeUndefined();

    expect(await once(here)).toMatchObject({ outcome: 'done', moves: [{ to: '2' }] });
    expect(events(here.log)).toEqual([...Array<string>(6).fill('failed'), 'moved']);
    expect(here.news.map(({ type }) => type)).toEqual(['moved']);
  });

  test('is made by the same run when EC2 takes it a moment later, and then nothing has failed', async () => {
    const here = deadHolder();
    let calls = 0;
    const picky = plane(here.fleet, { associate: (move) => (++calls <= 2 ? refusal() : here.fleet.associate(move)) });

    const summary = await run(here, { plane: picky });

    expect(summary).toMatchObject({ outcome: 'done', looks: 3, moves: [{ to: '2' }] });
    expect(events(here.log)).toEqual(['failed', 'failed', 'moved']);
    expect(here.store.state.moves.Vip1).toHaveLength(1);
  });

  test('fails the run also when its later looks were outrun by others', async () => {
    const here = deadHolder();
    let looks = 0;
    const prober = {
      observe: (addresses: string[]) => {
        if (++looks > 1) here.store.remember({});
        return here.fleet.observe(addresses);
      },
    };

    await expect(run(here, { prober, plane: plane(here.fleet, { associate: refusal }) })).rejects.toThrow('RequestLimitExceeded');

    expect(events(here.log).at(-1)).toBe('stale');
  });

  test('does not stop the moves of the others', async () => {
    const here = deadHolder(2, 2);
    const picky = plane(here.fleet, {
      associate: (move) => (move.allocationId === 'eipalloc-1' ? refusal() : here.fleet.associate(move)),
    });

    await expect(once(here, { plane: picky })).rejects.toThrow('RequestLimitExceeded');

    expect(here.fleet.holderOf('Vip1')).toBe('1');
    expect(here.fleet.holderOf('Vip2')).toBe('2');
    expect(here.store.state.moves).toMatchObject({ Vip2: [expect.any(Number)] });
    expect(here.store.state.moves.Vip1 ?? []).toEqual([]);
  });

  test('costs no other address its place, though the move would have made room', async () => {
    const here = scene({ slots: 3, virtualIps: 2 });
    here.fleet.putOn('Vip1', '2');
    here.fleet.putOn('Vip2', '3');
    here.fleet.slot('3').health = 'dead';
    here.fleet.slot('1').worse.set('10.0.1.10', 'dead');
    here.fleet.slot('2').worse.set('10.0.2.10', 'dead');
    here.store.remember({ pins: { Vip1: { slot: '1', until: here.time.now() + 60_000, once: false } } });
    const picky = plane(here.fleet, {
      associate: (move) => (move.allocationId === 'eipalloc-1' ? refusal() : here.fleet.associate(move)),
    });

    await expect(once(here, { plane: picky })).rejects.toThrow('RequestLimitExceeded');

    expect(here.fleet.holderOf('Vip1')).toBe('2');
  });
});

describe('a move whose answer was lost', () => {
  test('is found by the read-back, counts and is told of once, and is not repeated', async () => {
    const here = deadHolder();

    const summary = await run(here, { plane: plane(here.fleet, lossy(here.fleet)) });
    await run(here);

    expect(summary).toMatchObject({ outcome: 'done', moves: [{ to: '2' }] });
    expect(here.fleet.writes).toHaveLength(1);
    expect(here.store.state.moves.Vip1).toHaveLength(1);
    expect(here.news.map(({ type }) => type)).toEqual(['moved']);
    expect(here.log[0]).toMatchObject({ event: 'moved', reason: expect.stringContaining('the answer was lost') });
  });

  test('and whose read-back fails, too, is found by a later look of the run, and told of', async () => {
    const here = deadHolder();
    const blind = plane(here.fleet, { ...lossy(here.fleet), addresses: refusal });

    const summary = await run(here, { plane: blind });

    expect(summary).toMatchObject({ outcome: 'done', looks: 2, moves: [{ to: '2' }], tookMs: expect.any(Number) });
    expect(here.fleet.writes).toHaveLength(1);
    expect(here.store.state.moves.Vip1).toHaveLength(1);
    expect(events(here.log)).toEqual(['failed', 'moved']);
    expect(here.news.map(({ type }) => type)).toEqual(['moved']);
  });

  test('keeps the moves of others from being written over it while it is in doubt', async () => {
    const here = deadHolder(2, 2);
    const hidden = { until: here.time.now() + 8000, view: await here.fleet.interfaces(['eni-1', 'eni-2']) };
    const isHidden = () => here.time.now() < hidden.until;
    const slow = plane(here.fleet, {
      addresses: async (ids) => {
        if (!isHidden()) return here.fleet.addresses(ids);
        return ids.map((allocationId) => ({ allocationId, publicIp: '198.51.100.1' }));
      },
    });
    const view = { interfaces: async (ids: string[]) => (isHidden() ? hidden.view : here.fleet.interfaces(ids)) };
    const pending: Array<string | undefined> = [];
    here.time.after(7900, () => pending.push(here.store.state.pending?.virtualIp));

    const summary = await run(here, { plane: slow, view });

    expect(pending).toEqual(['Vip1']);
    expect(summary.moves.map(({ virtualIp }) => virtualIp)).toEqual(['Vip1', 'Vip2']);
    expect(here.fleet.writes).toHaveLength(2);
    expect(here.news.map(({ virtualIp }) => virtualIp)).toEqual(['Vip1', 'Vip2']);
  });
});

describe('a move that EC2 took', () => {
  test('and shows only later is waited for', async () => {
    const here = deadHolder();
    let reads = 0;
    const stale = plane(here.fleet, {
      addresses: async (ids) => {
        const [now] = await here.fleet.addresses(ids);
        return ++reads === 1 && now ? [{ allocationId: now.allocationId, publicIp: now.publicIp }] : here.fleet.addresses(ids);
      },
    });

    const summary = await run(here, { plane: stale });

    expect(summary).toMatchObject({ moves: [{ to: '2' }], tookMs: 500 });
    expect(here.log[0]).toMatchObject({ event: 'moved', tookMs: 500 });
  });

  test('and never shows is a failure, counts as a move, and keeps everybody away until its time is over', async () => {
    const here = deadHolder();
    let calls = 0;
    const idle = plane(here.fleet, {
      associate: async () => {
        calls++;
      },
    });

    await expect(run(here, { plane: idle })).rejects.toThrow(
      "EC2 does not show Vip1 on slot 2 after AssociateAddress: read back 'otherwise'",
    );

    expect(here.store.state.moves.Vip1).toHaveLength(calls);
    const [first, second = Number.POSITIVE_INFINITY] = here.store.state.moves.Vip1 ?? [];
    expect(second - Number(first)).toBeGreaterThanOrEqual(PENDING_SECONDS * 1000);
    expect(here.news).toEqual([]);
    expect(events(here.log)[0]).toBe('failed');
  });

  test('and that nobody could be told of stays made', async () => {
    const here = deadHolder();
    const announcer = { announce: () => Promise.reject(new Error('InternalException')) };

    const summary = await run(here, { announcer });
    await run(here, { announcer });

    expect(summary).toMatchObject({ outcome: 'done', moves: [{ to: '2' }] });
    expect(here.fleet.writes).toHaveLength(1);
    expect(here.log).toMatchObject([
      { event: 'moved' },
      { event: 'failed', reason: 'no event was sent: Error: InternalException' },
      { event: 'well' },
    ]);
  });

  test('is told of before the run ends, also when that fails', async () => {
    const here = deadHolder(2, 2);
    let told = 0;
    const announcer = {
      announce: async () => {
        await here.time.sleep(2000);
        told++;
      },
    };
    let commits = 0;
    const store = {
      read: () => here.store.read(),
      commit: (...parameters: Parameters<typeof here.store.commit>) => {
        return ++commits === 1 ? here.store.commit(...parameters) : Promise.reject(new Error('throttled'));
      },
    };

    await expect(run(here, { announcer, store })).rejects.toThrow('throttled');

    expect(told).toBe(1);
  });
});

describe('a run that cannot', () => {
  test.each<[string, (here: Scene) => Partial<LifecyclePorts>]>([
    ['look at EC2', () => ({ view: { interfaces: refusal } })],
    ['read the table', ({ store }) => ({ store: { read: refusal, commit: store.commit.bind(store) } })],
    ['write the table', ({ store }) => ({ store: { read: () => store.read(), commit: refusal } })],
    ['ask the observers', () => ({ prober: { observe: refusal } })],
  ])('%s fails, says so, moves nothing and leaves nothing behind', async (_story, changes) => {
    const here = deadHolder();

    await expect(run(here, changes(here))).rejects.toThrow('RequestLimitExceeded');

    expect(here.fleet.writes).toEqual([]);
    expect(here.news).toEqual([]);
    expect(events(here.log)).toEqual(['failed']);
    expect(await run(here)).toMatchObject({ outcome: 'done', looks: 1, moves: [{ to: '2' }] });
  });

  test('know whether its write arrived moves nothing, and leaves the move to whoever comes after its time', async () => {
    const here = deadHolder();
    const store = {
      read: () => here.store.read(),
      commit: async (...parameters: Parameters<typeof here.store.commit>) => {
        await here.store.commit(...parameters);
        throw new Error('socket hang up');
      },
    };

    await expect(run(here, { store })).rejects.toThrow('socket hang up');
    expect(here.fleet.writes).toEqual([]);
    const began = here.time.now();

    expect(await run(here)).toMatchObject({ outcome: 'done', moves: [{ to: '2' }] });
    expect(here.time.now() - began).toBeGreaterThanOrEqual(PENDING_SECONDS * 1000);
  });
});
