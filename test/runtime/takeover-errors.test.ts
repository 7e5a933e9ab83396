import { PENDING_SECONDS } from '../../lib/private/takeover-contract';
import { type AddressPlane, type LifecyclePorts, Refused } from '../../runtime/ports';
import { TakeoverFailed } from '../../runtime/takeover';
import { deadHolder, plane, run } from './runs';
import { events, type Scene, scene } from './scene';

/** A run that has time for one look only, so that the next one is another run. */
const once = (here: Scene, changes: Partial<LifecyclePorts> = {}) => run(here, changes, { deadline: here.time.now() + 24_000 });

/** A run with all the time of its function. */
const inTime = (here: Scene, changes: Partial<LifecyclePorts> = {}) => run(here, changes, { deadline: here.time.now() + 60_000 });

const refusal = () => Promise.reject(new Refused('RequestLimitExceeded'));

describe('a move that EC2 refuses', () => {
  test('is reported as failed, does not count, and the next run makes it', async () => {
    const here = deadHolder();

    for (let attempt = 1; attempt <= 6; attempt++) {
      await expect(once(here, { plane: plane(here.fleet, { associate: refusal }) })).rejects.toThrow(
        'AssociateAddress failed: Error: RequestLimitExceeded',
      );
    }
    expect(here.store.state).toMatchObject({ moves: {} });
    expect(here.store.state.pending).toBeUndefined();

    expect(await once(here)).toMatchObject({ outcome: 'done', moves: [{ to: '2' }] });
    expect(events(here.log)).toEqual([...Array<string>(6).fill('failed'), 'moved']);
    expect(here.news.map(({ type }) => type)).toEqual(['moved']);
  });

  test('is made by the same run when EC2 takes it a moment later, and then nothing has failed', async () => {
    const here = deadHolder();
    let calls = 0;
    const picky = plane(here.fleet, { associate: (move) => (++calls <= 2 ? refusal() : here.fleet.associate(move)) });

    const summary = await inTime(here, { plane: picky });

    expect(summary).toMatchObject({ outcome: 'done', looks: 3, moves: [{ to: '2' }] });
    expect(events(here.log)).toEqual(['failed', 'failed', 'moved']);
    expect(here.store.state.moves.Vip1).toHaveLength(1);
  });

  test('fails the run also when its later looks were outrun by others', async () => {
    const here = deadHolder();
    let looks = 0;
    const prober = {
      observe: (addresses: string[]) => {
        if (++looks > 1) here.store.remember({});
        return here.fleet.observe(addresses);
      },
    };

    await expect(inTime(here, { prober, plane: plane(here.fleet, { associate: refusal }) })).rejects.toThrow(
      'RequestLimitExceeded',
    );

    expect(events(here.log).at(-1)).toBe('stale');
  });

  test('does not stop the moves of the others', async () => {
    const here = deadHolder(2, 2);
    const picky = plane(here.fleet, {
      associate: (move) => (move.allocationId === 'eipalloc-1' ? refusal() : here.fleet.associate(move)),
    });

    await expect(once(here, { plane: picky })).rejects.toThrow('RequestLimitExceeded');

    expect(here.fleet.holderOf('Vip1')).toBe('1');
    expect(here.fleet.holderOf('Vip2')).toBe('2');
    expect(here.store.state.moves).toMatchObject({ Vip2: [expect.any(Number)] });
    expect(here.store.state.moves.Vip1 ?? []).toEqual([]);
  });

  test('costs no other address its place, though the move would have made room', async () => {
    const here = scene({ slots: 3, virtualIps: 2 });
    here.fleet.putOn('Vip1', '2');
    here.fleet.putOn('Vip2', '3');
    here.fleet.slot('3').health = 'dead';
    here.fleet.slot('1').worse.set('10.0.1.10', 'dead');
    here.fleet.slot('2').worse.set('10.0.2.10', 'dead');
    here.store.remember({ pins: { Vip1: { slot: '1', until: here.time.now() + 60_000, once: false } } });
    const picky = plane(here.fleet, {
      associate: (move) => (move.allocationId === 'eipalloc-1' ? refusal() : here.fleet.associate(move)),
    });

    await expect(once(here, { plane: picky })).rejects.toThrow('RequestLimitExceeded');

    expect(here.fleet.holderOf('Vip1')).toBe('2');
  });

  test('and a look that fails then do not hide what the run had moved', async () => {
    const here = deadHolder(2, 2);
    let isGone = false;
    const refuse: Partial<AddressPlane> = {
      associate: async (move) => {
        if (here.fleet.writes.length > 0) {
          isGone = true;
          throw new Error('RequestLimitExceeded');
        }
        await here.fleet.associate(move);
      },
    };
    const view = {
      interfaces: async (ids: string[]) => (isGone ? Promise.reject(new Error('Unavailable')) : here.fleet.interfaces(ids)),
    };

    const failure = await inTime(here, { plane: plane(here.fleet, refuse), view }).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(TakeoverFailed);
    expect(failure).toMatchObject({ summary: { outcome: 'failed', looks: 16, moves: [{ to: '2' }] } });
  });
});

describe('a run that cannot', () => {
  const obstacles: [string, (here: Scene, isAway: () => boolean) => Partial<LifecyclePorts>][] = [
    [
      'look at EC2',
      ({ fleet }, isAway) => ({ view: { interfaces: async (ids) => (isAway() ? refusal() : fleet.interfaces(ids)) } }),
    ],
    [
      'read the table',
      ({ store }, isAway) => ({
        store: { read: async () => (isAway() ? refusal() : store.read()), commit: store.commit.bind(store) },
      }),
    ],
    [
      'write the table',
      ({ store }, isAway) => ({
        store: { read: () => store.read(), commit: async (...all) => (isAway() ? refusal() : store.commit(...all)) },
      }),
    ],
    [
      'ask the observers',
      ({ fleet }, isAway) => ({ prober: { observe: async (places) => (isAway() ? refusal() : fleet.observe(places)) } }),
    ],
  ];

  test.each(obstacles)('%s fails in the end, says so, moves nothing and leaves nothing behind', async (_story, changes) => {
    const here = deadHolder();
    const began = here.time.now();

    await expect(
      inTime(
        here,
        changes(here, () => true),
      ),
    ).rejects.toThrow('RequestLimitExceeded');

    expect(here.time.now() - began).toBeLessThan(40_000);
    expect(here.fleet.writes).toEqual([]);
    expect(here.news).toEqual([]);
    expect([...new Set(events(here.log))]).toEqual(['failed']);
    expect(await inTime(here)).toMatchObject({ outcome: 'done', looks: 1, moves: [{ to: '2' }] });
  });

  test.each(obstacles)('%s for a moment looks again, and moves within seconds', async (_story, changes) => {
    const here = deadHolder();
    const began = here.time.now();
    let left = 3;

    const summary = await inTime(
      here,
      changes(here, () => left-- > 0),
    );

    expect(summary).toMatchObject({ outcome: 'done', looks: 4, moves: [{ to: '2' }] });
    expect(here.time.now() - began).toBeLessThan(8000);
    expect(events(here.log)).toEqual(['failed', 'failed', 'failed', 'moved']);
  });

  test('know whether its write arrived moves nothing until the time of that move is over', async () => {
    const here = deadHolder();
    let lost = 1;
    const store = {
      read: () => here.store.read(),
      commit: async (...parameters: Parameters<typeof here.store.commit>) => {
        const written = await here.store.commit(...parameters);
        if (lost-- > 0) throw new Error('socket hang up');
        return written;
      },
    };
    const began = here.time.now();

    expect(await inTime(here, { store })).toMatchObject({ outcome: 'done', moves: [{ to: '2' }] });
    expect(here.fleet.writes).toHaveLength(1);
    expect(here.time.now() - began).toBeGreaterThanOrEqual(PENDING_SECONDS * 1000);
  });
});
