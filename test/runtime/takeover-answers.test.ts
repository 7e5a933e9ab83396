/** EC2 took the move; whether, and when, the run and the world get to know. */
import { PENDING_SECONDS } from '../../lib/private/takeover-contract';
import type { AddressPlane, LifecyclePorts } from '../../runtime/ports';
import type { FakeFleet } from './fake-fleet';
import { deadHolder, plane, run } from './runs';
import { events, type Scene } from './scene';

/** A run with all the time of its function. */
const inTime = (here: Scene, changes: Partial<LifecyclePorts> = {}) => run(here, changes, { deadline: here.time.now() + 60_000 });

/** Moves take effect; their answers do not arrive. */
const lossy = (fleet: FakeFleet): Partial<AddressPlane> => ({
  associate: async (move) => {
    await fleet.associate(move);
    throw new Error('socket hang up');
  },
});

describe('a move whose answer was lost', () => {
  test('is found by the read-back, counts and is told of once, and is not repeated', async () => {
    const here = deadHolder();

    const summary = await inTime(here, { plane: plane(here.fleet, lossy(here.fleet)) });
    await inTime(here);

    expect(summary).toMatchObject({ outcome: 'done', moves: [{ to: '2' }] });
    expect(here.fleet.writes).toHaveLength(1);
    expect(here.store.state.moves.Vip1).toHaveLength(1);
    expect(here.news.map(({ type }) => type)).toEqual(['moved']);
    expect(here.log[0]).toMatchObject({ event: 'moved', reason: expect.stringContaining('the answer was lost') });
  });

  test('and whose read-back fails, too, is found by a later look of the run, and told of', async () => {
    const here = deadHolder();
    const blind = plane(here.fleet, { ...lossy(here.fleet), addresses: () => Promise.reject(new Error('RequestLimitExceeded')) });

    const summary = await inTime(here, { plane: blind });

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

    const summary = await inTime(here, { plane: slow, view });

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

    const summary = await inTime(here, { plane: stale });

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

    await expect(inTime(here, { plane: idle })).rejects.toThrow(
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

    const summary = await inTime(here, { announcer });
    await inTime(here, { announcer });

    expect(summary).toMatchObject({ outcome: 'done', moves: [{ to: '2' }] });
    expect(here.fleet.writes).toHaveLength(1);
    expect(here.log).toMatchObject([
      { event: 'moved' },
      { event: 'failed', reason: 'its event may be missing: Error: InternalException' },
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

    await expect(inTime(here, { announcer, store })).rejects.toThrow('throttled');

    expect(told).toBe(1);
  });
});
