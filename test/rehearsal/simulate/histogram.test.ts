import * as fc from 'fast-check';
import { Histogram } from '../../../rehearsal/simulate/histogram';

const figures = fc.array(fc.integer({ min: 0, max: 100_000_000 }), { minLength: 1, maxLength: 200 });

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.add(value);
  return histogram;
}

test('a percentile is the exact one, or larger by a thousandth', () => {
  fc.assert(
    fc.property(figures, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, share) => {
      const exact = ([...values].sort((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? 0) / 1000;

      const told = histogramOf(values).percentile(share) ?? 0;

      expect(told).toBeGreaterThanOrEqual(exact);
      expect(told).toBeLessThanOrEqual(exact * 1.001 + 1e-9);
    }),
  );
});

test('the largest figure, the number and the mean are exact', () => {
  const histogram = histogramOf([1, 2_500, 3_000_001]);

  expect([histogram.max, histogram.count, histogram.percentile(1)]).toEqual([3_000_001, 3, 3_000.001]);
  expect(histogram.mean).toBeCloseTo(3_002.502 / 3, 9);
});

test('without figures there is no percentile and no mean', () => {
  expect([new Histogram().percentile(0.5), new Histogram().mean]).toEqual([undefined, undefined]);
});

test('parts that are merged in any order are the same as the whole', () => {
  fc.assert(
    fc.property(figures, figures, (one, other) => {
      const whole = histogramOf([...one, ...other]);
      const forth = histogramOf(one);
      forth.merge(histogramOf(other));
      const back = histogramOf(other);
      back.merge(histogramOf(one));

      for (const merged of [forth, back]) {
        const shares = [0.01, 0.5, 0.9, 0.99, 1].map((share) => merged.percentile(share));
        expect(shares).toEqual([0.01, 0.5, 0.9, 0.99, 1].map((share) => whole.percentile(share)));
        expect([merged.sum, merged.count, merged.max]).toEqual([whole.sum, whole.count, whole.max]);
      }
    }),
  );
});

test('what was sent by a worker goes on counting', () => {
  const sent = Histogram.from(structuredClone(histogramOf([5, 70_000])));

  sent.add(6);

  expect([sent.count, sent.percentile(0.5), sent.percentile(1)]).toEqual([3, 0.006, 70]);
});

test('it tells how many figures are above each limit', () => {
  const histogram = histogramOf([1_000, 1_000, 2_000, 30_000]);

  expect(histogram.above([0, 0.999, 1, 2, 29, 30, 40])).toEqual([4, 4, 2, 1, 1, 0, 0]);
});
