import { PENDING_SECONDS } from '../../lib/private/contract';
import { Refused } from '../../runtime/ports';
import { runTakeover } from '../../runtime/takeover';
import { create, PROPERTIES, pendingMove, remove, serve, TIME_MS, update } from './lifecycle-requests';
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

describe('delete', () => {
  test('leaves a tombstone before it lets the address go, and waits until caches have forgotten it', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '1');
    const began = here.time.now();
    const tombstones: string[][] = [];
    const release = {
      disassociate: (associationId: string) => {
        tombstones.push(here.store.state.tombstones);
        return here.fleet.disassociate(associationId);
      },
    };

    const answer = await serve(here, remove('eipalloc-1'), { release });

    expect(tombstones).toEqual([['Vip1']]);
    expect(here.fleet.writes).toEqual(['disassociate eipassoc-1']);
    expect(here.time.now() - began).toBe(60_000);
    expect(answer.physicalId).toBe('eipalloc-1');
  });

  test('keeps the takeover away from then on', async () => {
    const here = scene({ slots: 2, virtualIps: 2 });
    here.fleet.putOn('Vip1', '1');

    await serve(here, remove('eipalloc-1'));
    await serve(here, create({ ...PROPERTIES, Name: 'Vip2', AllocationId: 'eipalloc-2' }));

    expect(here.fleet.holderOf('Vip1')).toBeUndefined();
    expect(here.fleet.holderOf('Vip2')).toBe('2');
  });

  test('succeeds when the allocation is gone', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.allocations.delete('eipalloc-1');

    await serve(here, remove('eipalloc-1'));

    expect(here.fleet.writes).toEqual([]);
  });

  test('leaves an address alone that an operator took elsewhere', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.put('Vip1', { interfaceId: 'eni-foreign', privateAddress: '10.9.9.9' });

    await serve(here, remove('eipalloc-1'));

    expect(here.fleet.writes).toEqual([]);
  });

  test('after an update to another allocation lets only the old one go and keeps the name in service', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '1');
    here.fleet.allocations.set('eipalloc-old', {
      interfaceId: 'eni-2',
      privateAddress: '10.0.2.9',
      associationId: 'eipassoc-old',
    });

    await serve(here, remove('eipalloc-old', { ...PROPERTIES, AllocationId: 'eipalloc-old' }));

    expect(here.fleet.writes).toEqual(['disassociate eipassoc-old']);
    expect(here.store.state.tombstones).toEqual([]);
    expect(here.fleet.holderOf('Vip1')).toBe('1');
  });

  test('under an old name leaves the address with its new name', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '1');

    await serve(here, remove('eipalloc-1', { ...PROPERTIES, Name: 'OldName' }));

    expect(here.fleet.holderOf('Vip1')).toBe('1');
    expect(here.store.state.tombstones).toEqual([]);
  });

  test('of a create that never answered finds the allocation in the properties', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '1');

    const answer = await serve(here, remove('Stack-VipHolder-1ABCDEF'));

    expect(here.fleet.holderOf('Vip1')).toBeUndefined();
    expect(answer.physicalId).toBe('Stack-VipHolder-1ABCDEF');
  });

  test('waits for the move of a run that died', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '1');
    here.store.remember({ pending: pendingMove(here) });
    const began = here.time.now();

    await serve(here, remove('eipalloc-1'));

    expect(here.fleet.holderOf('Vip1')).toBeUndefined();
    expect(here.time.now() - began).toBe(PENDING_SECONDS * 1000 + 60_000);
  });

  test('waits for a move that is being made, and then lets go what it brought', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '1');
    here.fleet.slot('1').health = 'dead';
    const plane = {
      addresses: (ids: string[]) => here.fleet.addresses(ids),
      associate: async (move: Parameters<typeof here.fleet.associate>[0]) => {
        await here.time.sleep(5000);
        await here.fleet.associate(move);
      },
    };
    const run = runTakeover({ ...here.ports, plane }, here.fleet.topology, { owner: 'run' });
    await here.time.pass(100);

    await serve(here, remove('eipalloc-1'));
    await run;

    expect(here.fleet.writes).toEqual(['associate eipalloc-1 10.0.2.9', 'disassociate eipassoc-2']);
    expect(here.fleet.holderOf('Vip1')).toBeUndefined();
  });

  test('succeeds when only the answer of EC2 was lost, and fails when the address is still there', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '1');
    const refusing = { disassociate: () => Promise.reject(new Error('denied')) };
    const lossy = {
      disassociate: async (associationId: string) => {
        await here.fleet.disassociate(associationId);
        throw new Error('socket hang up');
      },
    };

    await expect(serve(here, remove('eipalloc-1'), { release: refusing })).rejects.toThrow(
      'DisassociateAddress failed: Error: denied',
    );
    await serve(here, remove('eipalloc-1'), { release: lossy });

    expect(here.fleet.holderOf('Vip1')).toBeUndefined();
  });

  test('ends before Lambda ends it, however long the wait that was asked for', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    here.fleet.putOn('Vip1', '1');
    here.store.remember({ pending: pendingMove(here) });
    const began = here.time.now();

    await serve(here, remove('eipalloc-1', { ...PROPERTIES, ReleaseDelaySeconds: '86400' }));

    expect(here.time.now() - began).toBeLessThanOrEqual(TIME_MS);
    expect(here.log.at(-1)?.reason).toContain('waits 600 of 86400 s');
  });
});
