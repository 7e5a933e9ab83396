import { PENDING_SECONDS } from '../../lib/private/takeover-contract';
import { changeState } from '../../runtime/change-state';
import type { PendingMove } from '../../runtime/core/model';
import type { TakeoverPorts, TakeoverState } from '../../runtime/ports';
import { runTakeover } from '../../runtime/takeover';
import { pendingMove } from './lifecycle-requests';
import { type Scene, scene } from './scene';

const TIME_MS = 600_000;

const buried = (state: TakeoverState): TakeoverState => ({ ...state, tombstones: ['Vip1'] });

const change = (
  { ports, fleet, time }: Scene,
  { timeMs = TIME_MS, ...changes }: Partial<TakeoverPorts> & { readonly timeMs?: number } = {},
  revise = buried,
) => {
  const options = { owner: 'test', deadline: time.now() + timeMs };
  return time.settle(changeState({ ...ports, ...changes }, fleet.topology, options, revise));
};

/** A move of Vip1 to slot 2 that was written down just now. */
function pendingIn(here: Scene): PendingMove {
  const pending = pendingMove(here);
  here.store.remember({ pending });
  return pending;
}

test('writes at once when no move is under way, and hands on what the table holds then', async () => {
  const here = scene({ slots: 2, virtualIps: 1 });
  const began = here.time.now();

  const stored = await change(here);

  expect(stored).toEqual(await here.store.read());
  expect(here.store.state.tombstones).toEqual(['Vip1']);
  expect(here.time.now()).toBe(began);
});

test('writes as soon as EC2 shows the move that was under way, and forgets that move', async () => {
  const here = scene({ slots: 2, virtualIps: 1 });
  const { interfaceId, privateAddress } = pendingIn(here);
  const began = here.time.now();
  here.time.after(3500, () => here.fleet.put('Vip1', { interfaceId, privateAddress }));

  const { state } = await change(here);

  expect(here.time.now() - began).toBe(4000);
  expect(state).not.toHaveProperty('pending');
});

test('writes once the time of a move is over whose run died', async () => {
  const here = scene({ slots: 2, virtualIps: 1 });
  pendingIn(here);
  const began = here.time.now();

  await change(here);

  expect(here.time.now() - began).toBe(PENDING_SECONDS * 1000);
});

test('makes every run that decided before it decide again', async () => {
  const here = scene({ slots: 2, virtualIps: 1 });
  let looks = 0;
  const prober = {
    observe: async (addresses: string[]) => {
      const options = { owner: 'lifecycle', deadline: here.time.now() + TIME_MS };
      if (++looks === 1) await changeState(here.ports, here.fleet.topology, options, buried);
      return here.fleet.observe(addresses);
    },
  };

  await here.time.settle(runTakeover({ ...here.ports, prober }, here.fleet.topology, { owner: 'run' }));

  expect(looks).toBe(2);
  expect(here.fleet.writes).toEqual([]);
});

test('revises what others wrote in the meantime, and loses none of it', async () => {
  const here = scene({ slots: 2, virtualIps: 1 });
  let reads = 0;
  const view = {
    interfaces: (ids: string[]) => {
      if (++reads === 1) here.store.remember({ stuck: ['Vip1'] });
      return here.fleet.interfaces(ids);
    },
  };

  await change(here, { view });

  expect(reads).toBe(2);
  expect(here.store.state).toMatchObject({ stuck: ['Vip1'], tombstones: ['Vip1'] });
});

test.each(['read', 'commit'] as const)('goes on through errors of the table to %s', async (failing) => {
  const here = scene({ slots: 2, virtualIps: 1 });
  const end = here.time.now() + 100_000;
  const granted = () => {
    if (here.time.now() < end) throw new Error('AccessDenied');
  };
  const store = {
    read: async () => {
      if (failing === 'read') granted();
      return here.store.read();
    },
    commit: async (...parameters: Parameters<typeof here.store.commit>) => {
      if (failing === 'commit') granted();
      return here.store.commit(...parameters);
    },
  };

  await change(here, { store });

  expect(here.time.now()).toBe(end);
  expect(here.store.state.tombstones).toEqual(['Vip1']);
});

test('names each attempt differently, so that a lost answer is not taken for that of another attempt', async () => {
  const here = scene({ slots: 2, virtualIps: 1 });
  const owners: string[] = [];
  const store = {
    read: () => here.store.read(),
    commit: async (...parameters: Parameters<typeof here.store.commit>) => {
      owners.push(parameters[2]);
      return owners.length > 2 && here.store.commit(...parameters);
    },
  };

  await change(here, { store });

  expect(owners).toEqual(['test 1', 'test 2', 'test 3']);
});

describe('gives up, and says what was in the way,', () => {
  test.each<[string, obstacle: string, (here: Scene) => Partial<TakeoverPorts>]>([
    [
      'when the table never takes it',
      'Error: AccessDenied',
      () => ({ store: { read: () => Promise.reject(new Error('AccessDenied')), commit: async () => true } }),
    ],
    [
      'when others always write first',
      'others wrote at the same time',
      ({ store }) => ({ store: { read: () => store.read(), commit: async () => false } }),
    ],
  ])('%s', async (_story, obstacle, changes) => {
    const here = scene({ slots: 2, virtualIps: 1 });
    const began = here.time.now();

    await expect(change(here, changes(here))).rejects.toThrow(
      `the fleet's table must take a change, took none within 169 s (${obstacle}): try again`,
    );

    expect(here.time.now() - began).toBeLessThanOrEqual(170_000);
  });

  test('at its deadline', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });
    pendingIn(here);
    const began = here.time.now();

    await expect(change(here, { timeMs: 10_000 })).rejects.toThrow('(a move is under way)');

    expect(here.time.now() - began).toBeLessThanOrEqual(10_000);
    expect(here.store.state.tombstones).toEqual([]);
  });

  test('but not before it has tried once', async () => {
    const here = scene({ slots: 2, virtualIps: 1 });

    await change(here, { timeMs: -1 });

    expect(here.store.state.tombstones).toEqual(['Vip1']);
  });
});
