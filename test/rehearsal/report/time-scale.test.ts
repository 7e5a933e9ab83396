import fc from 'fast-check';
import { percent, position, tickLabel, ticks } from '../../../rehearsal/report/time-scale';

const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

test('places a moment between the ends, and what is outside on the edge', () => {
  const range = { from: -10_000, to: 90_000 };

  expect([-10_000, 0, 90_000, -60_000, 200_000].map((at) => position(at, range))).toEqual([0, 0.1, 1, 0, 1]);
  expect(position(5, { from: 5, to: 5 })).toBe(0);
});

test('writes shares as short percentages', () => {
  expect([0, 0.5, 1 / 3, 1].map(percent)).toEqual(['0%', '50%', '33.333%', '100%']);
});

test.each([
  ['three minutes', -10_000, 180_000, [0, 20_000, 40_000, 60_000, 80_000, 100_000, 120_000, 140_000, 160_000, 180_000]],
  ['two seconds', 0, 2000, [0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2000]],
  ['an hour', -60_000, 3_600_000, [0, 600_000, 1_200_000, 1_800_000, 2_400_000, 3_000_000, 3_600_000]],
])('counts %s in steps that people use', (_, from, to, expected) => {
  expect(ticks({ from, to }, 12)).toEqual(expected);
});

test(`ticks are few, even, inside the range and stand at the fault (seed ${seed})`, () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -100_000, max: 0 }),
      fc.integer({ min: 1000, max: 10 ** 9 }),
      fc.integer({ min: 3, max: 20 }),
      (from, to, most) => {
        const places = ticks({ from, to }, most);

        expect(places).toContain(0);
        expect(places.length).toBeLessThanOrEqual(most);
        expect(places.every((at) => at >= from && at <= to)).toBe(true);
        expect(new Set(places.slice(1).map((at, index) => at - (places[index] ?? 0))).size).toBeLessThanOrEqual(1);
      },
    ),
    { seed },
  );
});

test('labels say before and after the fault', () => {
  expect([-10_000, 0, 20_000, 500].map(tickLabel)).toEqual(['-10', '0', '+20', '+0.5']);
});
