import { create, PROPERTIES, remove, serve, TIME_MS } from './lifecycle-requests';
import { events, type Scene, scene } from './scene';

/** A fleet of two slots with its address on the first one. */
function held(): Scene {
  const here = scene({ slots: 2, virtualIps: 1 });
  here.fleet.putOn('Vip1', '1');
  return here;
}

/** The table's lease, refused with an error until some time from now. */
function refusingUntil({ store, time }: Scene, afterMs: number) {
  const end = time.now() + afterMs;
  return {
    acquire: async (owner: string, now: number) => {
      if (now < end) throw new Error('AccessDenied');
      return store.acquire(owner, now);
    },
    save: store.save.bind(store),
    release: store.release.bind(store),
  };
}

/** Somebody asks for a look at the very moment at which the address is let go, and each look brings another one. */
function restless({ fleet, store, time }: Scene, lookMs: number) {
  let looks = 0;
  return {
    looks: () => looks,
    release: {
      disassociate: async (associationId: string) => {
        await store.acquire('hint', time.now());
        await fleet.disassociate(associationId);
      },
    },
    prober: {
      observe: async (addresses: string[]) => {
        looks++;
        await time.sleep(lookMs);
        await store.acquire('hint', time.now());
        return fleet.observe(addresses);
      },
    },
  };
}

describe('the table', () => {
  test('may refuse at first, as one does whose permissions were just granted', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });

    const answer = await serve(here, create(), { store: refusingUntil(here, 100_000) });

    expect(answer.attributes).toEqual({ IpAddress: '198.51.100.1' });
  });

  test('that never stops to refuse fails the request with its reason, after the wait for a lease', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    const began = here.time.now();

    await expect(serve(here, create(), { store: refusingUntil(here, TIME_MS) })).rejects.toThrow(
      'got none within 150 s (Error: AccessDenied)',
    );

    expect(here.time.now() - began).toBe(150_000);
  });
});

describe('the deadline', () => {
  test('ends the wait for a lease', async () => {
    const here = held();
    await here.store.acquire('busy', here.time.now());
    const began = here.time.now();

    await expect(serve(here, create(), { timeMs: 40_000 })).rejects.toThrow('got none within 40 s (another run holds it)');

    expect(here.time.now() - began).toBe(40_000);
  });

  test('ends the wait for a live slot while there still is time for the look that would find it', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    for (const { slot } of here.fleet.slots) here.fleet.slot(slot).health = 'dead';
    const began = here.time.now();

    await expect(serve(here, create(), { timeMs: 100_000 })).rejects.toThrow('got none within 80 s (no slot');

    expect(here.time.now() - began).toBe(80_000);
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

  test('leaves a delete no time for the look that somebody asked for, and the sweep takes it', async () => {
    const here = held();
    const ports = restless(here, 0);

    await serve(here, remove('eipalloc-1'), { ...ports, timeMs: 60_000 + 24_000 });

    expect(ports.looks()).toBe(0);
    expect(events(here.log)).toEqual(['released', 'released']);
  });

  test('holds in the worst case: a lease to wait for, a storm of hints, slow looks and the longest wait for caches', async () => {
    const here = held();
    await here.store.acquire('died', here.time.now());
    const ports = restless(here, 40_000);
    const began = here.time.now();

    await serve(here, remove('eipalloc-1', { ...PROPERTIES, ReleaseDelaySeconds: '600' }), ports);

    expect(ports.looks()).toBeGreaterThan(0);
    expect(here.time.now() - began).toBeLessThanOrEqual(TIME_MS);
    expect(here.log.at(-1)?.reason).toContain('waits 600 of 600 s');
  });
});
