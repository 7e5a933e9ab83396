import { MOVE_LIMITS } from '../../lib/private/takeover-contract';
import { onSlot1, plane, run } from './runs';
import { events, type Scene } from './scene';

describe('one that is stuck', () => {
  const stuckNews = ({ news }: Scene) => news.filter(({ type }) => type === 'stuck').map(({ virtualIp }) => virtualIp);

  test('is not moved while no slot is live, and the log and the world are told why', async () => {
    const here = onSlot1(2, 1);
    for (const slot of here.fleet.slots) slot.health = 'dead';

    const summary = await run(here);

    expect(here.fleet.writes).toEqual([]);
    expect(summary).toMatchObject({ outcome: 'done', liveSlots: 0, decisions: [{ action: 'stuck', cause: 'nowhere' }] });
    expect(events(here.log)).toEqual(['stuck']);
    expect(here.news).toEqual([
      {
        type: 'stuck',
        fleet: 'Edge',
        virtualIp: 'Vip1',
        from: '1',
        to: undefined,
        epoch: 1,
        reason: 'slot 1 is dead and no slot is live at a free address',
        tookMs: 0,
      },
    ]);
  });

  test('is told of once, and again only after it was well in between', async () => {
    const here = onSlot1(2, 1);
    const [first, second] = here.fleet.slots;
    if (!first || !second) throw new Error('two slots');
    second.health = 'dead';
    const told: number[] = [];

    for (const health of ['dead', 'dead', 'ready', 'ready', 'dead', 'dead'] as const) {
      first.health = health;
      await run(here);
      told.push(stuckNews(here).length);
    }

    expect(told).toEqual([1, 1, 1, 1, 2, 2]);
    expect(here.store.commits).toBe(3);
  });

  test('is told of also when another run writes in the middle of the look that found it', async () => {
    const here = onSlot1(2, 3);
    here.fleet.slot('1').health = 'dead';
    here.fleet.allocations.delete('eipalloc-2');
    const interrupted = plane(here.fleet, {
      associate: (move) => {
        if (here.fleet.writes.length === 0) here.store.remember({});
        return here.fleet.associate(move);
      },
    });

    const summary = await run(here, { plane: interrupted });

    expect(summary).toMatchObject({ outcome: 'done', looks: 2 });
    expect(events(here.log)).toEqual(['moved', 'stale', 'moved', 'stuck']);
    expect(stuckNews(here)).toEqual(['Vip2']);
  });

  test('by its cap is told of, and moves again when its window has passed', async () => {
    const here = onSlot1(2, 1);
    const moves = Array.from({ length: MOVE_LIMITS.movesPerWindow }, () => here.time.now());
    here.store.remember({ moves: { Vip1: moves } });
    here.fleet.slot('1').health = 'dead';

    const capped = await run(here);
    await here.time.pass(MOVE_LIMITS.windowSeconds * 1000);
    await run(here);

    expect(capped.decisions).toMatchObject([{ action: 'stuck', cause: 'cap' }]);
    expect(here.news.map(({ type }) => type)).toEqual(['stuck', 'moved']);
    expect(here.store.state.stuck).toEqual([]);
  });
});
