import { countedMoves, type Expectation, measured } from '../../../rehearsal/scenarios/expectation';

const expectation = (at: number | undefined, seconds?: number): Expectation => ({
  name: 'e',
  lane: 'slot 1',
  ...(seconds !== undefined && { budget: { seconds, formula: 'f' } }),
  happened: () => at,
});

test('a figure is told to the millisecond and judged by its budget', () => {
  expect(measured(expectation(812.4, 1))).toMatchObject({ seconds: 0.812, budget: 1, formula: 'f', kept: true });
  expect(measured(expectation(1001, 1)).kept).toBe(false);
});

test('what begins later is measured from there', () => {
  expect(measured(expectation(5300, 1), 4000)).toMatchObject({ seconds: 1.3, startsAt: 4, kept: false });
});

test('what never happened is not kept, with a budget or without', () => {
  expect(measured(expectation(undefined, 1))).toMatchObject({ seconds: undefined, kept: false });
  expect(measured(expectation(undefined)).kept).toBe(false);
  expect(measured(expectation(1)).kept).toBe(true);
});

test('as many moves as allowed are kept, one more is not', () => {
  expect(countedMoves('m', 5, 5, 'f')).toMatchObject({ seconds: 5, unit: 'moves', kept: true });
  expect(countedMoves('m', 6, 5, 'f').kept).toBe(false);
  expect(countedMoves('m', 1, 0, 'f').kept).toBe(false);
});
