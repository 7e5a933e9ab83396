import { stage, status } from './operator-stage';

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
