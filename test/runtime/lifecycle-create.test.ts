import { Refused } from '../../runtime/ports';
import { create, PROPERTIES, pendingMove, serve, TIME_MS, update } from './lifecycle-requests';
import { scene } from './scene';

describe('create and update', () => {
  test('put the address on a live slot and answer with allocation and address', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    for (const { slot } of here.fleet.slots) here.fleet.slot(slot).health = 'live';

    const answer = await serve(here, create());

    expect(here.fleet.holderOf('Vip1')).toBe('1');
    expect(answer).toEqual({ physicalId: 'eipalloc-1', attributes: { IpAddress: '198.51.100.1' } });
  });

  test('change nothing when a live slot has it already', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '2');

    const answer = await serve(here, update(PROPERTIES, 'eipalloc-1'));

    expect(here.fleet.writes).toEqual([]);
    expect(answer.attributes).toEqual({ IpAddress: '198.51.100.1' });
  });

  test('wait for a slot that boots, a move that is under way and EC2 that fails', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    for (const { slot } of here.fleet.slots) here.fleet.slot(slot).health = 'dead';
    here.time.after(60_000, () => {
      here.fleet.slot('2').health = 'ready';
    });
    let looks = 0;
    const view = {
      interfaces: (ids: string[]) => (++looks === 2 ? Promise.reject(new Error('throttled')) : here.fleet.interfaces(ids)),
    };
    here.store.remember({ pending: pendingMove(here) });

    await serve(here, create(), { view });

    expect(here.fleet.holderOf('Vip1')).toBe('2');
  });

  test('of a new one take it home, wherever it came while the slots came up one after the other', async () => {
    const here = scene({ slots: 3, virtualIps: 3 });
    for (const { name } of here.fleet.topology.virtualIps) here.fleet.putOn(name, '1');

    const request = create();
    const { ResourceProperties } = request;
    await serve(here, { ...request, ResourceProperties: { ...ResourceProperties, Name: 'Vip3', AllocationId: 'eipalloc-3' } });

    expect(here.fleet.topology.virtualIps.map(({ name }) => here.fleet.holderOf(name))).toEqual(['1', '1', '3']);
  });

  test('of a new one leave it where an operator has pinned it', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '2');
    here.store.remember({ pins: { Vip1: { slot: '2', until: here.time.now() + 3_600_000, once: false } } });

    await serve(here, create());

    expect(here.fleet.holderOf('Vip1')).toBe('2');
  });

  test('are served by a live slot that may not move any more', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '1');
    here.fleet.slot('1').health = 'live';
    const now = here.time.now();
    here.store.remember({ moves: { Vip1: [now, now, now, now, now] } });

    await serve(here, update(PROPERTIES, 'eipalloc-1'));

    expect(here.fleet.writes).toEqual([]);
  });

  test('do not wait for another virtual IP that EC2 does not move', async () => {
    const here = scene({ slots: 2, virtualIps: 2 });
    const plane = {
      addresses: (ids: string[]) => here.fleet.addresses(ids),
      associate: async (move: { allocationId: string; interfaceId: string; privateAddress: string }) => {
        if (move.allocationId === 'eipalloc-2') throw new Refused('InvalidAllocationID.NotFound');
        await here.fleet.associate(move);
      },
    };

    await serve(here, create(), { plane });

    expect([here.fleet.holderOf('Vip1'), here.fleet.holderOf('Vip2')]).toEqual(['1', undefined]);
  });

  test('answer only when a run that is done confirmed the move, not when it came to nothing', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    const end = here.time.now() + 30_000;
    const prober = {
      observe: async (addresses: string[]) => {
        await here.time.sleep(100);
        if (here.time.now() < end) here.store.remember({});
        return here.fleet.observe(addresses);
      },
    };

    await serve(here, create(), { prober });

    expect(here.fleet.holderOf('Vip1')).toBe('1');
    expect(here.time.now()).toBeGreaterThanOrEqual(end);
  });

  test('fail within their time, and say what is in the way', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    for (const { slot } of here.fleet.slots) here.fleet.slot(slot).health = 'dead';
    const began = here.time.now();

    await expect(serve(here, create())).rejects.toThrow(
      /got none within 300 s \(no slot of this fleet holds it and no slot is live/,
    );

    expect(here.time.now() - began).toBeLessThanOrEqual(TIME_MS);
  });

  test('are refused for an address that the function was not told of', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });

    await expect(serve(here, create({ ...PROPERTIES, AllocationId: 'eipalloc-9' }))).rejects.toThrow('known: Vip1 (eipalloc-1)');
  });

  test('remove the tombstone that an earlier stack left under the name, and no other', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.store.remember({ tombstones: ['Other', 'Vip1'] });

    await serve(here, create());

    expect(here.store.state.tombstones).toEqual(['Other']);
    expect(here.fleet.holderOf('Vip1')).toBe('1');
  });
});
