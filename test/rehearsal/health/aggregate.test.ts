import { CHECKERS, isHealthyByCheckers } from '../../../rehearsal/health/aggregate';

test.each([
  [0, 16, false],
  [2, 16, false],
  [3, 16, true],
  [16, 16, true],
  [1, 6, false],
  [2, 6, true],
  [18, 100, false],
  [19, 100, true],
])('S7: with %d of %d checkers healthy the check is healthy: %p', (healthy, checkers, expected) => {
  expect(isHealthyByCheckers(healthy, checkers)).toBe(expected);
});

test('S7: sixteen checkers look at an endpoint', () => {
  expect(CHECKERS).toBe(16);
});
