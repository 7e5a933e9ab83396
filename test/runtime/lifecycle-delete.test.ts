import { PENDING_SECONDS } from '../../lib/private/takeover-contract';
import { runTakeover } from '../../runtime/takeover';
import { create, PROPERTIES, pendingMove, remove, serve, TIME_MS } from './lifecycle-requests';
import { scene } from './scene';

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
