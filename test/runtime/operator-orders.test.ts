import type { OrderRequest } from '../../runtime/order-request';
import { arbiter, give, HOUR, stage } from './operator-stage';

describe('an order', () => {
  test('to move is met by the takeover function, once', async () => {
    const here = stage({ slots: 3, virtualIps: 1 });

    const report = await give(here, { kind: 'move', slot: '3' });
    await here.time.settle(arbiter(here));

    expect(report).toMatchObject({ outcome: 'done', met: true, virtualIps: [{ name: 'Vip1', from: '1', holder: '3' }] });
    expect(report.order).toEqual({ kind: 'move', virtualIp: 'Vip1', slot: '3' });
    expect(here.fleet.writes).toEqual(['associate eipalloc-1 10.0.3.9']);
    expect(here.store.state.pins).toEqual({});
    expect(here.log).toContainEqual(
      expect.objectContaining({ event: 'ordered', virtualIp: 'Vip1', reason: "an operator's order: move Vip1 to slot 3" }),
    );
  });

  test('to pin stays in force until it ends', async () => {
    const here = stage({ slots: 2, virtualIps: 1, preemptAfterSeconds: 60 });

    const report = await give(here, { kind: 'pin', slot: '2', forSeconds: HOUR });
    await here.time.pass(120_000);
    await here.time.settle(arbiter(here));
    const during = here.fleet.holderOf('Vip1');
    await here.time.pass(HOUR * 1000);
    for (const _ of [1, 2]) {
      await here.time.settle(arbiter(here));
      await here.time.pass(120_000);
    }

    expect(report).toMatchObject({ outcome: 'done', met: true, virtualIps: [{ holder: '2', pin: { slot: '2', once: false } }] });
    expect([during, here.fleet.holderOf('Vip1')]).toEqual(['2', '1']);
  });

  test('to unpin ends a pin and leaves the address where it is', async () => {
    const here = stage({ slots: 2, virtualIps: 1 });
    await give(here, { kind: 'pin', slot: '2', forSeconds: HOUR });

    const report = await give(here, { kind: 'unpin' });

    expect(report).toMatchObject({ outcome: 'done', met: true, virtualIps: [{ holder: '2', pin: undefined }] });
    expect(here.store.state.pins).toEqual({});
  });

  test('to keep a slot free moves all that is on it, and none comes back before the end', async () => {
    const here = stage({ slots: 3, virtualIps: 3 });
    here.fleet.putOn('Vip2', '1');

    const report = await give(here, { kind: 'evacuate', slot: '1', forSeconds: HOUR });
    here.fleet.slot('2').health = 'dead';
    await here.time.settle(arbiter(here));

    expect(report.virtualIps.map(({ name, from, holder }) => [name, from, holder])).toEqual([
      ['Vip1', '1', '2'],
      ['Vip2', '1', '2'],
    ]);
    expect(['Vip1', 'Vip2', 'Vip3'].map((name) => here.fleet.holderOf(name))).toEqual(['3', '3', '3']);
    expect(await give(here, { kind: 'evacuate', slot: '1' })).toMatchObject({ outcome: 'done', met: true });
    expect(here.store.state.maintenance.slots).toEqual({});
  });

  test('to keep an address where it is holds even when its slot dies', async () => {
    const here = stage({ slots: 2, virtualIps: 1 });

    const report = await give(here, { kind: 'freeze', forSeconds: HOUR });
    here.fleet.slot('1').health = 'dead';
    await here.time.settle(arbiter(here));
    const during = here.fleet.holderOf('Vip1');
    const end = await give(here, { kind: 'freeze' });

    expect(report).toMatchObject({ outcome: 'done', met: true, virtualIps: [{ maintenanceSeconds: HOUR }] });
    expect(end).toMatchObject({ outcome: 'done', met: true, virtualIps: [{ from: '1', holder: '2' }] });
    expect([during, here.fleet.holderOf('Vip1')]).toEqual(['1', '2']);
  });

  test('waits until a move that is under way is over', async () => {
    const here = stage({ slots: 2, virtualIps: 1 });
    const pending = { virtualIp: 'Vip1', allocationId: 'eipalloc-1', interfaceId: 'eni-2', privateAddress: '10.0.2.9' };
    here.store.remember({ pending: { ...pending, at: here.time.now() } });

    const report = await give(here, { kind: 'freeze', forSeconds: HOUR });

    expect(report).toMatchObject({ outcome: 'done', met: true });
    expect(report.tookSeconds).toBeGreaterThan(15);
  });

  test('that nobody meets is in force, and reported as unmet with the reason', async () => {
    const here = stage({ slots: 2, virtualIps: 1 }, { hint: async () => undefined });

    const report = await give(here, { kind: 'move', slot: '2' });

    expect(report).toMatchObject({
      outcome: 'unmet',
      met: false,
      virtualIps: [{ holder: '1', next: { action: 'move', to: '2' } }],
    });
    expect(report.tookSeconds).toBeGreaterThan(60);
    expect(here.store.state.pins).toHaveProperty('Vip1');
  });

  test('that can be met by nobody is not waited for', async () => {
    const here = stage({ slots: 2, virtualIps: 1 });
    here.fleet.slot('2').health = 'dead';

    const report = await give(here, { kind: 'evacuate', slot: '1', forSeconds: HOUR });

    expect(report).toMatchObject({ outcome: 'unmet', met: false });
    expect(report.virtualIps[0]?.next.reason).toBe('slot 1 is in maintenance, but nothing free is as well');
    expect(report.tookSeconds).toBeLessThan(10);
  });

  test('whose hint fails is met by the next sweep', async () => {
    const here = stage({ slots: 2, virtualIps: 1 }, { hint: () => Promise.reject(new Error('no permission')) });
    here.time.after(45_000, () => void arbiter(here));

    const report = await give(here, { kind: 'move', slot: '2' });

    expect(report).toMatchObject({ outcome: 'done', virtualIps: [{ holder: '2' }] });
    expect(report.notes).toEqual([expect.stringMatching(/could not be asked for a look \(Error: no permission\)/)]);
  });

  test('whose write is refused by AWS fails at once', async () => {
    const here = stage({ slots: 2, virtualIps: 1 });
    const before = here.time.now();
    here.store.commit = () => Promise.reject(new Error('AccessDenied'));

    await expect(give(here, { kind: 'move', slot: '2' })).rejects.toThrow('AccessDenied');

    expect(here.time.now() - before).toBeLessThan(1000);
  });

  test.each<[string, OrderRequest]>([
    ['a move to where it is', { kind: 'move', slot: '1' }],
    ['an unpin without a pin', { kind: 'unpin' }],
    ['the end of a maintenance that there is not', { kind: 'freeze' }],
    ['the same of a slot', { kind: 'evacuate', slot: '1' }],
  ])('has nothing to do: %s', async (_, request) => {
    const here = stage({ slots: 2, virtualIps: 1 });

    const report = await give(here, request);

    expect(report).toMatchObject({ outcome: 'nothing to do', met: true });
    expect([here.store.commits, here.hints]).toEqual([0, 0]);
  });

  test('to move to the slot that it is pinned to leaves the pin alone, one to another slot ends it', async () => {
    const here = stage({ slots: 3, virtualIps: 1 });
    await give(here, { kind: 'pin', slot: '2', forSeconds: HOUR });

    const same = await give(here, { kind: 'move', slot: '2' });
    const other = await give(here, { kind: 'move', slot: '3' });

    expect(same).toMatchObject({ outcome: 'nothing to do', notes: [] });
    expect(other).toMatchObject({ outcome: 'done', virtualIps: [{ holder: '3' }], notes: ['This ends the pin to slot 2.'] });
  });
});

describe('a dry run writes nothing and tells what would follow', () => {
  test.each<[string, OrderRequest, boolean, [string, string | undefined][]]>([
    ['move', { kind: 'move', virtualIp: 'Vip1', slot: '2' }, true, [['Vip1', '2']]],
    ['pin', { kind: 'pin', virtualIp: 'Vip2', slot: '1', forSeconds: HOUR }, true, [['Vip2', '1']]],
    ['maintenance of a slot', { kind: 'evacuate', slot: '1', forSeconds: HOUR }, true, [['Vip1', '2']]],
    ['maintenance of an address', { kind: 'freeze', virtualIp: 'Vip1', forSeconds: HOUR }, true, [['Vip1', undefined]]],
  ])('%s', async (_, request, met, expected) => {
    const here = stage({ slots: 2, virtualIps: 2 });

    const report = await give(here, request, true);

    expect(report).toMatchObject({ outcome: 'planned', met });
    expect(report.virtualIps.map(({ name, next }) => [name, next.to])).toEqual(expected);
    expect([here.store.commits, here.hints, here.fleet.writes]).toEqual([0, 0, []]);
  });

  test('also that the order would not be met', async () => {
    const here = stage({ slots: 2, virtualIps: 1 });
    here.fleet.slot('2').health = 'dead';

    const report = await give(here, { kind: 'evacuate', slot: '1', forSeconds: HOUR }, true);

    expect(report).toMatchObject({ outcome: 'planned', met: false });
  });
});
