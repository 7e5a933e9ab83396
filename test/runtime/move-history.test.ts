import { EMPTY_STATE, type TakeoverState } from '../../runtime/core/model';
import { isCoolingDown, isWindowFull, recordMove } from '../../runtime/core/move-history';
import { LIMITS, NOW } from './sights';

const movedAt = (...secondsAgo: number[]): TakeoverState => {
  return { ...EMPTY_STATE, moves: { A: secondsAgo.map((seconds) => NOW - seconds * 1000), B: [NOW] } };
};

test('an address that never moved is neither cooling down nor at its cap', () => {
  expect(isCoolingDown(EMPTY_STATE, 'A', LIMITS, NOW)).toBe(false);
  expect(isWindowFull(EMPTY_STATE, 'A', LIMITS, NOW)).toBe(false);
});

test('an address cools down for its time, and that of another one does not count', () => {
  expect(isCoolingDown(movedAt(29.999), 'A', LIMITS, NOW)).toBe(true);
  expect(isCoolingDown(movedAt(30), 'A', LIMITS, NOW)).toBe(false);
});

test('the window is full with as many moves as it allows, and each leaves it at its own time', () => {
  expect(isWindowFull(movedAt(599, 400, 300, 200), 'A', LIMITS, NOW)).toBe(false);
  expect(isWindowFull(movedAt(599, 400, 300, 200, 100), 'A', LIMITS, NOW)).toBe(true);
  expect(isWindowFull(movedAt(600, 400, 300, 200, 100), 'A', LIMITS, NOW)).toBe(false);
});

test('moves stamped far ahead by a clock that was wrong do not count', () => {
  expect(isWindowFull(movedAt(-601, -601, -601, -601, -601), 'A', LIMITS, NOW)).toBe(false);
});

test('a recorded move is the latest one, and what no limit looks at any more is forgotten', () => {
  const state = recordMove(movedAt(601, 599), 'A', LIMITS, NOW);

  expect(state.moves).toEqual({ A: [NOW - 599_000, NOW], B: [NOW] });
});
