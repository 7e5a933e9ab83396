import type { AddressPlane, LifecyclePorts } from '../../runtime/ports';
import { runTakeover } from '../../runtime/takeover';
import type { FakeFleet } from './fake-fleet';
import { events, type Scene, scene } from './scene';

const run = ({ time, fleet, ports }: Scene, changes: Partial<LifecyclePorts> = {}) =>
  time.settle(runTakeover({ ...ports, ...changes }, fleet.topology, { owner: 'test' }));

/** The fleet's own plane with one call replaced. */
const plane = (fleet: FakeFleet, changes: Partial<AddressPlane>): AddressPlane => ({
  addresses: (ids) => fleet.addresses(ids),
  associate: (move) => fleet.associate(move),
  ...changes,
});

describe('errors of EC2', () => {
  test('a move that EC2 refused is reported as failed, does not count, and the next run makes it', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    const refusing = plane(here.fleet, { associate: () => Promise.reject(new Error('RequestLimitExceeded')) });

    for (let attempt = 1; attempt <= 6; attempt++) {
      await expect(run(here, { plane: refusing })).rejects.toThrow('AssociateAddress failed: Error: RequestLimitExceeded');
    }
    expect(here.store.state.moves.Vip1 ?? []).toEqual([]);

    expect(await run(here)).toMatchObject({ outcome: 'done', moves: [{ to: '1' }] });
    expect(events(here.log)).toEqual([...Array<string>(6).fill('failed'), 'moved']);
  });

  test('a move whose answer was lost is found by the read-back, counts, and is not repeated', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    const lossy = plane(here.fleet, {
      associate: async (move) => {
        await here.fleet.associate(move);
        throw new Error('socket hang up');
      },
    });

    const summary = await run(here, { plane: lossy });
    await run(here);

    expect(summary.moves).toHaveLength(1);
    expect(here.fleet.writes).toHaveLength(1);
    expect(here.store.state.moves.Vip1).toHaveLength(1);
    expect(here.log[0]).toMatchObject({ event: 'moved', reason: expect.stringContaining('the answer was lost') });
  });

  test('a success that EC2 shows only later is waited for', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    let reads = 0;
    const stale = plane(here.fleet, {
      addresses: async (ids) => {
        const [now] = await here.fleet.addresses(ids);
        return ++reads === 2 && now ? [{ allocationId: now.allocationId, publicIp: now.publicIp }] : here.fleet.addresses(ids);
      },
    });

    const summary = await run(here, { plane: stale });

    expect(summary.moves).toHaveLength(1);
    expect(here.log[0]).toMatchObject({ event: 'moved', tookMs: 500 });
  });

  test('a success that never shows is a failure, and counts as a move', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    const idle = plane(here.fleet, { associate: async () => undefined });

    await expect(run(here, { plane: idle })).rejects.toThrow('EC2 does not show Vip1 on slot 1');

    expect(events(here.log)).toEqual(['failed']);
    expect(here.store.state.moves.Vip1).toHaveLength(1);
  });

  test('one address that fails does not stop the next one', async () => {
    const here = scene({ slots: 2, virtualIps: 2 });
    const picky = plane(here.fleet, {
      associate: (move) =>
        move.allocationId === 'eipalloc-1' ? Promise.reject(new Error('denied')) : here.fleet.associate(move),
    });

    await expect(run(here, { plane: picky })).rejects.toThrow('denied');

    expect(here.fleet.holderOf('Vip1')).toBeUndefined();
    expect(here.fleet.holderOf('Vip2')).toBe('2');
  });

  test('a run that cannot look fails, moves nothing and gives the lease back', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    const view = { interfaces: () => Promise.reject(new Error('RequestLimitExceeded')) };

    await expect(run(here, { view })).rejects.toThrow('RequestLimitExceeded');

    expect(events(here.log)).toEqual(['failed']);
    expect(await run(here)).toMatchObject({ outcome: 'done' });
  });
});
