import * as fc from 'fast-check';
import { seededRandom } from '../../../rehearsal/random';
import { Requests } from '../../../rehearsal/simulate/requests';

/** Seconds, to the millisecond. */
const seconds = (max: number) => fc.integer({ min: 0, max: max * 1000 }).map((milliseconds) => milliseconds / 1000);

const stretch = fc.record({
  // No request starts at the very edge of a stretch, where the last digit of a fraction would decide.
  phase: seconds(0.99).map((phase) => phase + 0.0003),
  period: fc.constantFrom(0.4, 1, 2.5),
  from: seconds(50),
  length: seconds(50),
});

/** Starts of requests within a stretch of time, one by one. */
function starts(phase: number, period: number, from: number, to: number): number[] {
  return Array.from({ length: 400 }, (_, index) => phase * period + index * period).filter((at) => at >= from && at < to);
}

test('where all requests fail, they are counted as one by one, and the last of them ends the outage', () => {
  fc.assert(
    fc.property(stretch, ({ phase, period, from, length }) => {
      const requests = new Requests(period, () => phase);
      requests.begin();

      requests.fail(from, from + length, 1, 2);

      const all = starts(phase, period, from, from + length);
      expect(requests.lost).toBe(all.length);
      expect(requests.end).toBeCloseTo(all.length === 0 ? 0 : (all.at(-1) ?? 0) + 2, 9);
    }),
  );
});

test('where some fail, the last that does and the number are those of requests that fail one by one', () => {
  const random = seededRandom(3);
  const requests = new Requests(1, random);
  const clients = 20_000;
  const sums = { end: 0, lost: 0, none: 0 };
  for (let client = 0; client < clients; client++) {
    requests.begin();
    requests.fail(0, 12, 0.2, 0);
    sums.end += requests.end;
    sums.lost += requests.lost;
    sums.none += requests.lost === 0 ? 1 : 0;
  }

  const slow = { end: 0, none: 0 };
  for (let client = 0; client < clients; client++) {
    const failed = starts(random(), 1, 0, 12).filter(() => random() < 0.2);
    slow.end += failed.at(-1) ?? 0;
    slow.none += failed.length === 0 ? 1 : 0;
  }
  expect(sums.lost / clients).toBeCloseTo(12 * 0.2, 1);
  expect(Math.abs(sums.end - slow.end) / clients).toBeLessThan(0.12);
  expect(Math.abs(sums.none - slow.none) / clients).toBeLessThan(0.01);
});

test('a stretch of no length, or that ends before it begins, holds no request', () => {
  const requests = new Requests(1, () => 0.5);
  requests.begin();

  requests.fail(3, 3, 1, 2);
  requests.fail(5, 4, 1, 2);
  requests.delay(5, 4, 1);

  expect([requests.end, requests.lost, requests.delayed]).toEqual([0, 0, 0]);
});

test('a new client starts with nothing lost', () => {
  const requests = new Requests(1, () => 0.5);
  requests.begin();
  requests.fail(0, 10, 1, 2);

  requests.begin();

  expect([requests.end, requests.lost, requests.delayed]).toEqual([0, 0, 0]);
});
