import type { OrderRequest } from '../../runtime/order-request';
import { give, HOUR, type Stage, stage } from './operator-stage';

describe('an order is refused', () => {
  const now = 1_800_000_000_000;

  test.each<[string, OrderRequest, (here: Stage) => void, string]>([
    [
      'for an unknown virtual IP',
      { kind: 'unpin', virtualIp: 'Vip9' },
      () => undefined,
      "no virtual IP of Edge is called 'Vip9': choose one of Vip1, Vip2",
    ],
    [
      'for an unknown slot',
      { kind: 'evacuate', slot: '9', forSeconds: HOUR },
      () => undefined,
      "no slot of Edge is called '9': choose one of 1, 2, 3",
    ],
    ['without a name when there are two', { kind: 'unpin' }, () => undefined, 'a virtual IP must be named, Edge has Vip1, Vip2'],
    [
      'when the slot is dead',
      { kind: 'move', virtualIp: 'Vip1', slot: '2' },
      ({ fleet }) => {
        fleet.slot('2').health = 'dead';
      },
      'the slot for Vip1 must be live, got slot 2, a dead one: wait until it is live, or choose another (1, 3)',
    ],
    [
      'when nobody could judge the slot',
      { kind: 'pin', virtualIp: 'Vip1', slot: '2', forSeconds: HOUR },
      ({ fleet }) => {
        for (const { zone } of fleet.slots) fleet.observers.set(zone, 'missing');
      },
      'no probe function answered, so nobody knows how the slots are (may you invoke them?): ' +
        'the slot for Vip1 must be live, got slot 2, one that nobody could judge: wait until it is live',
    ],
    [
      'when the slot is full',
      { kind: 'move', virtualIp: 'Vip1', slot: '2' },
      ({ fleet }) => {
        fleet.slot('2').worse.set('10.0.2.10', 'dead');
      },
      'slot 2 has no free live address for Vip1, it holds Vip2: move one away first, or choose another (1, 3)',
    ],
    [
      'when the address is frozen',
      { kind: 'move', virtualIp: 'Vip1', slot: '2' },
      ({ store }) => store.remember({ maintenance: { slots: {}, virtualIps: { Vip1: now + 90_000 } } }),
      'Vip1 is in maintenance for another 1 min 30 s: end that first',
    ],
    [
      'when the slot is in maintenance',
      { kind: 'move', virtualIp: 'Vip1', slot: '2' },
      ({ store }) => store.remember({ maintenance: { slots: { '2': now + HOUR * 1000 }, virtualIps: {} } }),
      'slot 2 is in maintenance for another 1 h: end that before Vip1 goes there',
    ],
    [
      'when the address is being deleted',
      { kind: 'pin', virtualIp: 'Vip1', slot: '2', forSeconds: HOUR },
      ({ store }) => store.remember({ tombstones: ['Vip1'] }),
      'Vip1 is being deleted and is left alone: leave it to its stack',
    ],
    [
      'when the address is gone',
      { kind: 'move', virtualIp: 'Vip1', slot: '2' },
      ({ fleet }) => void fleet.allocations.delete('eipalloc-1'),
      'the Elastic IP of Vip1 does not exist any more: deploy its stack again',
    ],
    [
      'when a pin holds an address on the slot that is to be left',
      { kind: 'evacuate', slot: '1', forSeconds: HOUR },
      ({ store }) => store.remember({ pins: { Vip1: { slot: '1', until: now + 1000, once: false } } }),
      'Vip1 is pinned to slot 1: unpin it first',
    ],
    [
      'when a freeze does',
      { kind: 'evacuate', slot: '1', forSeconds: HOUR },
      ({ store }) => store.remember({ maintenance: { slots: {}, virtualIps: { Vip1: now + 60_000 } } }),
      'Vip1 is in maintenance for another 1 min: end that, so that it can leave slot 1',
    ],
  ])('%s', async (_, request, arrange, message) => {
    const here = stage({ slots: 3, virtualIps: 2 });
    arrange(here);

    await expect(give(here, request)).rejects.toThrow(expect.objectContaining({ name: 'OrderRefused', message }));

    expect([here.store.commits, here.hints, here.fleet.writes]).toEqual([0, 0, []]);
  });

  test('also when the reason came up between look and write', async () => {
    const here = stage({ slots: 2, virtualIps: 1 });
    const read = here.store.read.bind(here.store);
    let reads = 0;
    here.store.read = async () => {
      if (++reads === 2) here.store.remember({ maintenance: { slots: {}, virtualIps: { Vip1: now + 60_000 } } });
      return read();
    };

    await expect(give(here, { kind: 'move', slot: '2' })).rejects.toThrow('Vip1 is in maintenance');

    expect(here.store.commits).toBe(0);
  });
});
