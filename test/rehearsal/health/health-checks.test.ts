import { ScaledClock } from '../../../rehearsal/clock';
import { HealthChecks } from '../../../rehearsal/health/health-checks';
import { socketProbe } from '../../../rehearsal/health/probe';
import { seededRandom } from '../../../rehearsal/random';
import { ADDRESS, checkOf, listenHttp } from './endpoint';
import { FleetOfOne } from './fleet-of-one';

const BAD = { healthy: false, seconds: 0 };
const GOOD = { healthy: true, seconds: 0 };

test('S7, S8: sixteen checkers look once an interval each, at moments of their own', async () => {
  const fleet = new FleetOfOne();

  await fleet.seconds(10);
  const first = [...fleet.probes];
  await fleet.seconds(10);

  expect(first).toHaveLength(16);
  expect(new Set(first).size).toBe(16);
  expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(5_000);
  expect(fleet.probes.slice(16)).toEqual(first.map((at) => at + 10_000));
});

test('S8: the interval counts from the answer or the timeout, not from the question', async () => {
  const fleet = new FleetOfOne();
  fleet.endpoint = { healthy: false, seconds: 4 };

  await fleet.seconds(60);

  const [start = 0] = fleet.probes;
  expect(fleet.probes).toEqual(expect.arrayContaining([start, start + 14_000, start + 28_000]));
  expect(fleet.probes).not.toContain(start + 10_000);
});

test('S14: a new check is healthy, also for DNS, and so is one that nobody knows', async () => {
  const fleet = new FleetOfOne();

  expect(fleet.checks.isHealthy('check-1')).toBe(true);
  expect(fleet.checks.isHealthy('unknown')).toBe(true);
  await fleet.seconds(100);
  expect(fleet.statuses).toEqual([]);
});

test('S7, S9: the status changes when fourteen checkers have given up, and back when three believe again', async () => {
  const fleet = new FleetOfOne();
  await fleet.seconds(20);

  fleet.endpoint = BAD;
  await fleet.seconds(30);
  fleet.endpoint = GOOD;
  await fleet.seconds(30);

  expect(fleet.statuses).toMatchObject([
    { id: 'check-1', healthy: false, reason: '2 of 16 checkers say healthy' },
    { id: 'check-1', healthy: true, reason: '3 of 16 checkers say healthy' },
  ]);
  const [down, up] = fleet.statuses.map(({ at }) => at / 1000) as [number, number];
  expect(down).toBeGreaterThan(40);
  expect(down).toBeLessThanOrEqual(50);
  expect(up).toBeGreaterThan(70);
  expect(up).toBeLessThanOrEqual(80);
});

test('S9: an endpoint that stumbles twice in a row stays healthy', async () => {
  const fleet = new FleetOfOne();

  for (let round = 0; round < 10; round += 1) {
    fleet.endpoint = BAD;
    await fleet.seconds(20);
    fleet.endpoint = GOOD;
    await fleet.seconds(10);
  }

  expect(fleet.statuses).toEqual([]);
});

describe('propagation', () => {
  test('S18: DNS believes the old status until the change has arrived', async () => {
    const fleet = new FleetOfOne({ propagationSeconds: 10 });
    fleet.endpoint = BAD;
    const believed: boolean[] = [];
    fleet.checks.on('status', () => believed.push(fleet.checks.isHealthy('check-1')));
    fleet.checks.on('edge', () => believed.push(fleet.checks.isHealthy('check-1')));

    await fleet.seconds(60);

    expect(believed).toEqual([true, false]);
    expect(fleet.edges).toMatchObject([{ id: 'check-1', healthy: false, reason: '2 of 16 checkers say healthy' }]);
  });

  test('S18: takes any time up to the bound', async () => {
    const delays: number[] = [];
    for (let seed = 0; seed < 100; seed += 1) {
      const fleet = new FleetOfOne({ seed, propagationSeconds: 8 });
      fleet.endpoint = BAD;
      await fleet.seconds(60);
      delays.push(((fleet.edges[0]?.at ?? Number.NaN) - (fleet.statuses[0]?.at ?? 0)) / 1000);
      await fleet.checks.stop();
    }

    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.min(...delays)).toBeLessThan(1);
    expect(Math.max(...delays)).toBeGreaterThan(7);
    expect(Math.max(...delays)).toBeLessThanOrEqual(8);
  });

  test('S18: an older change that arrives after a newer one is not believed', async () => {
    let overtaken = 0;
    for (let seed = 0; seed < 60; seed += 1) {
      const fleet = new FleetOfOne({ seed, propagationSeconds: 120, check: { failureThreshold: 1 } });
      fleet.endpoint = BAD;
      await fleet.seconds(20);
      fleet.endpoint = GOOD;
      await fleet.seconds(200);

      expect(fleet.statuses.map(({ healthy }) => healthy)).toEqual([false, true]);
      expect(fleet.checks.isHealthy('check-1')).toBe(true);
      expect([[], [false, true]]).toContainEqual(fleet.edges.map(({ healthy }) => healthy));
      if (fleet.edges.length === 0) overtaken += 1;
      await fleet.checks.stop();
    }

    expect(overtaken).toBeGreaterThan(5);
  });
});

describe('stop', () => {
  test('leaves nobody asleep and nothing to happen', async () => {
    const fleet = new FleetOfOne({ propagationSeconds: 1_000 });
    fleet.endpoint = BAD;
    await fleet.seconds(40);
    expect(fleet.statuses).toHaveLength(1);

    await fleet.checks.stop();
    const { length } = fleet.probes;
    await fleet.seconds(2_000);

    expect(fleet.clock.sleeping).toBe(0);
    expect(fleet.probes).toHaveLength(length);
    expect(fleet.edges).toEqual([]);
  });

  test('ends probes that are under way, whose result then means nothing', async () => {
    const fleet = new FleetOfOne({ check: { failureThreshold: 1 } });
    fleet.endpoint = { healthy: false, seconds: 10_000 };
    await fleet.seconds(15);

    await fleet.checks.stop();

    expect(fleet.clock.sleeping).toBe(0);
    expect(fleet.statuses).toEqual([]);
  });

  test('checking can go on afterwards', async () => {
    const fleet = new FleetOfOne();
    await fleet.checks.stop();

    fleet.checks.start();
    fleet.endpoint = BAD;
    await fleet.seconds(60);

    expect(fleet.statuses).toHaveLength(1);
  });
});

test('the same seed gives the same failover', async () => {
  const play = async (seed: number) => {
    const fleet = new FleetOfOne({ seed, propagationSeconds: 10 });
    fleet.endpoint = BAD;
    await fleet.seconds(60);
    return [...fleet.statuses, ...fleet.edges];
  };

  expect(await play(5)).toEqual(await play(5));
  expect(await play(5)).not.toEqual(await play(6));
});

test('the very same code notices over sockets that an endpoint is gone and that it is back', async () => {
  let status = 200;
  const endpoint = await listenHttp((_, response) => void response.writeHead(status).end());
  const clock = new ScaledClock(60);
  const checks = new HealthChecks({
    checks: [checkOf()],
    clock,
    random: seededRandom(1),
    propagationSeconds: 1,
    probe: socketProbe({
      dial: () => ({ address: ADDRESS, port: endpoint.port }),
      resolve: async () => [],
      wall: (ms) => clock.wall(ms),
    }),
  });
  const next = () => new Promise<boolean>((resolve) => checks.once('edge', ({ healthy }) => resolve(healthy)));

  try {
    checks.start();
    await clock.sleep(15_000);
    status = 503;
    expect(await next()).toBe(false);
    expect(checks.isHealthy('check-1')).toBe(false);
    status = 200;
    expect(await next()).toBe(true);
  } finally {
    await checks.stop();
    await endpoint.close();
  }
});
