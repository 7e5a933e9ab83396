import { decide, fleet, LIMITS, moved, planFor, why } from './sights';

describe('limits', () => {
  test('the cool-down spares a holder that is live, and only for its time', () => {
    const better = fleet(['live', 'ready'], '1.11');

    expect(decide(better, moved(1, 29))).toEqual(['A stays']);
    expect(why(better, moved(1, 29))).toBe('slot 1 is live, slot 2 is ready, but it moved less than 30 s ago');
    expect(decide(better, moved(1, 30))).toEqual(['A to 2 10.0.2.11']);
  });

  test('the cool-down does not hold back a move away from a dead holder or from nowhere', () => {
    expect(decide(fleet(['dead', 'ready'], '1.11'), moved(1, 1))).toEqual(['A to 2 10.0.2.11']);
    expect(decide(fleet(['ready'], undefined), moved(1, 1))).toEqual(['A to 1 10.0.1.11']);
  });

  test('the cap holds back a move, says so, and only for its time', () => {
    for (const holder of ['dead', 'live'] as const) {
      const sight = fleet([holder, 'ready'], '1.11');

      expect(why(sight, moved(LIMITS.movesPerWindow, 599))).toMatch(/^cap: .*, but it moved 5 times within 600 s already$/);
      expect(decide(sight, moved(LIMITS.movesPerWindow - 1, 599))).toEqual(['A to 2 10.0.2.11']);
      expect(decide(sight, moved(LIMITS.movesPerWindow, 600))).toEqual(['A to 2 10.0.2.11']);
    }
  });

  test('the cap is not what an address that has nowhere to go is told of', () => {
    expect(why(fleet(['dead', 'dead'], '1.11'), moved(5, 1))).toMatch(/^nowhere: /);
  });

  test('each virtual IP has a window of its own', () => {
    expect(decide(fleet(['dead', 'ready'], '1.11', '1.12'), moved(5, 60))).toEqual(['A stuck', 'B to 2 10.0.2.11']);
  });

  test('moves stamped far ahead by a clock that was wrong do not block', () => {
    expect(decide(fleet(['dead', 'ready'], '1.11'), moved(5, -3600))).toEqual(['A to 2 10.0.2.11']);
  });
});

describe('what is remembered', () => {
  test('the list of those that are stuck, without those that are so no more', () => {
    const sight = fleet(['dead', 'dead'], '1.11', undefined);

    expect(planFor(sight, { stuck: ['Gone'] }).state.stuck).toEqual(['A', 'B']);
    expect(planFor(fleet(['ready', 'dead'], '1.11', undefined), { stuck: ['A', 'B'] }).state.stuck).toEqual([]);
  });

  test('a fleet that is well leaves the memory as it was', () => {
    const { state } = planFor(fleet(['ready', 'ready'], '1.11', '2.11'), { tombstones: ['Old'], ...moved(2, 60) });

    expect(state).toEqual({ ...planFor(fleet([])).state, tombstones: ['Old'], ...moved(2, 60) });
  });
});
