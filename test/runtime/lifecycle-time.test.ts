import { create, PROPERTIES, pendingMove, remove, serve, TIME_MS } from './lifecycle-requests';
import { type Scene, scene } from './scene';

/** A fleet of two slots with its address on the first one. */
function held(): Scene {
  const here = scene({ slots: 2, virtualIps: 1 });
  here.fleet.putOn('Vip1', '1');
  return here;
}

/** The table, refused with an error until some time from now. */
function refusingUntil({ store, time }: Scene, afterMs: number) {
  const end = time.now() + afterMs;
  const granted = () => {
    if (time.now() < end) throw new Error('AccessDenied');
  };
  return {
    read: async () => {
      granted();
      return store.read();
    },
    commit: async (...parameters: Parameters<typeof store.commit>) => {
      granted();
      return store.commit(...parameters);
    },
  };
}

describe('the table', () => {
  test('may refuse at first, as one does whose permissions were just granted', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });

    const answer = await serve(here, create(), { store: refusingUntil(here, 100_000) });

    expect(answer.attributes).toEqual({ IpAddress: '198.51.100.1' });
  });

  test('may refuse a delete at first, too', async () => {
    const here = held();

    await serve(here, remove('eipalloc-1'), { store: refusingUntil(here, 100_000) });

    expect(here.fleet.holderOf('Vip1')).toBeUndefined();
  });

  test('that never stops to refuse fails a create with its reason', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    const began = here.time.now();

    await expect(serve(here, create(), { store: refusingUntil(here, TIME_MS) })).rejects.toThrow('got none within 348 s');

    expect(here.time.now() - began).toBe(348_000);
  });

  test('that never stops to refuse fails a delete with its reason, and the address stays where it is', async () => {
    const here = held();
    const began = here.time.now();

    await expect(serve(here, remove('eipalloc-1'), { store: refusingUntil(here, TIME_MS) })).rejects.toThrow(
      '(Error: AccessDenied): try again',
    );

    expect(here.time.now() - began).toBeLessThanOrEqual(170_000);
    expect(here.fleet.writes).toEqual([]);
  });
});

describe('the deadline', () => {
  test('ends the wait for a tombstone that cannot be removed, with time to spare for a look', async () => {
    const here = held();
    here.store.remember({ tombstones: ['Vip1'] });
    const store = { read: () => here.store.read(), commit: async () => false };
    const began = here.time.now();

    await expect(serve(here, create(), { timeMs: 100_000, store })).rejects.toThrow('others wrote at the same time');

    expect(here.time.now() - began).toBeLessThanOrEqual(80_000);
  });

  test('ends the wait for a live slot while there still is time for the look that would find it', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    for (const { slot } of here.fleet.slots) here.fleet.slot(slot).health = 'dead';
    const began = here.time.now();

    await expect(serve(here, create(), { timeMs: 100_000 })).rejects.toThrow('got none within 80 s (no slot');

    expect(here.time.now() - began).toBe(80_000);
  });

  test('ends the wait of a delete for a move that lasts, before the time that caches need begins', async () => {
    const here = held();
    here.store.remember({ pending: pendingMove(here) });
    const began = here.time.now();

    await expect(serve(here, remove('eipalloc-1'), { timeMs: 75_000 })).rejects.toThrow('(a move is under way)');

    expect(here.time.now() - began).toBeLessThanOrEqual(15_000);
  });

  test('cuts the wait for caches, and the log tells', async () => {
    const here = held();
    const began = here.time.now();

    await serve(here, remove('eipalloc-1', { ...PROPERTIES, ReleaseDelaySeconds: '300' }), { timeMs: 100_000 });

    expect(here.time.now() - began).toBe(100_000);
    expect(here.fleet.holderOf('Vip1')).toBeUndefined();
    expect(here.log.at(-1)?.reason).toContain('waits 100 of 300 s');
  });

  test('that is over still lets the address go, without a wait', async () => {
    const here = held();

    await serve(here, remove('eipalloc-1'), { timeMs: -5000 });

    expect(here.fleet.holderOf('Vip1')).toBeUndefined();
    expect(here.log.at(-1)?.reason).toContain('waits 0 of 60 s');
  });

  test('holds in the worst case: a move to wait for, a table that refuses, EC2 that shows late and the longest wait', async () => {
    const here = held();
    here.store.remember({ pending: pendingMove(here) });
    let reads = 0;
    const plane = {
      associate: () => Promise.reject(new Error('a delete moved the address')),
      addresses: async (ids: string[]) => {
        await here.time.sleep(9000);
        const [now] = await here.fleet.addresses(ids);
        return ++reads === 2 && now ? [{ ...now, associationId: 'eipassoc-1' }] : here.fleet.addresses(ids);
      },
    };
    const began = here.time.now();

    await serve(here, remove('eipalloc-1', { ...PROPERTIES, ReleaseDelaySeconds: '600' }), {
      plane,
      store: refusingUntil(here, 100_000),
    });

    expect(here.time.now() - began).toBeLessThanOrEqual(TIME_MS);
    expect(here.log.at(-1)?.reason).toContain('waits 600 of 600 s');
  });
});
