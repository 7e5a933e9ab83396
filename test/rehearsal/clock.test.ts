import { ScaledClock } from '../../rehearsal/clock';

test('time passes as many times faster as the scale says', async () => {
  const clock = new ScaledClock(100);
  const wall = performance.now();

  await clock.sleep(5_000);

  const tookWall = performance.now() - wall;
  expect(tookWall).toBeGreaterThan(45);
  expect(tookWall).toBeLessThan(2_000);
  expect(clock.now()).toBeGreaterThanOrEqual(4_500);
  expect(clock.wall(5_000)).toBe(50);
});

test('starts at zero', () => {
  expect(new ScaledClock(1).now()).toBeLessThan(50);
});

test('an aborted sleep ends at once, also one that begins too late', async () => {
  const clock = new ScaledClock(1);
  const abort = new AbortController();
  const wall = performance.now();

  const asleep = clock.sleep(60_000, abort.signal);
  abort.abort();

  await asleep;
  await clock.sleep(60_000, abort.signal);
  expect(performance.now() - wall).toBeLessThan(1_000);
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses a time scale of %p', (scale) => {
  expect(() => new ScaledClock(scale)).toThrow(`time scale must be greater than 0, got ${scale}`);
});
