/** A name with two branches: what breaks, when DNS turns to the other branch, and who suffers for how long. */
import type { RecordSet, Routing } from '../../../rehearsal/dns/records';
import type { HealthCheck } from '../../../rehearsal/health/health-check';
import { casesOf, classesOf } from '../../../rehearsal/simulate/cases';
import { concludeCase } from '../../../rehearsal/simulate/conclude';
import { Player } from '../../../rehearsal/simulate/play';
import type { CaseResult } from '../../../rehearsal/simulate/result';
import { sceneOf } from '../../../rehearsal/simulate/scene';
import { Statuses } from '../../../rehearsal/simulate/statuses';
import type { CaseTally } from '../../../rehearsal/simulate/tally';
import type { FleetModel } from '../../../rehearsal/template/model';

const NAME = 'shop.example.org';
const MULTIVALUE: Routing = { policy: 'multivalue' };

function record(name: string, routing: Routing, over: Partial<RecordSet> = {}): RecordSet {
  return { name, type: 'A', routing, ttl: 60, values: [], ...over };
}

function check(id: string, ipAddress: string, over: Partial<Extract<HealthCheck, { port: number }>> = {}): HealthCheck {
  return { id, type: 'HTTP', ipAddress, port: 80, requestInterval: 10, failureThreshold: 3, ...over };
}

interface Branches {
  /** How many of the two primary addresses must be well; one without a calculated check. */
  readonly minHealthy?: number;
  readonly group?: 'multivalue' | 'weighted';
  readonly secondary?: Partial<RecordSet>;
}

/** Two addresses before one. */
function twoBranches({ minHealthy, group = 'multivalue', secondary = { values: ['203.0.113.7'] } }: Branches = {}): FleetModel {
  const target = `primary.${NAME}`;
  const addresses = ['192.0.2.1', '192.0.2.2'];
  const healthChecks = addresses.map((address, index) => check(`check-${index}`, address));
  const all: HealthCheck[] =
    minHealthy === undefined
      ? healthChecks
      : [...healthChecks, { id: 'enough', type: 'CALCULATED', children: ['check-0', 'check-1'], threshold: minHealthy }];
  const routing: Routing = group === 'multivalue' ? MULTIVALUE : { policy: 'weighted', weight: 1 };
  const records = [
    record(
      NAME,
      { policy: 'failover', role: 'PRIMARY' },
      {
        setIdentifier: 'primary',
        alias: { name: target, zoneId: 'Z1', evaluateTargetHealth: true },
        ...(minHealthy !== undefined && { healthCheckId: 'enough' }),
      },
    ),
    record(NAME, { policy: 'failover', role: 'SECONDARY' }, { setIdentifier: 'secondary', ...secondary }),
    ...addresses.map((address, index) =>
      record(target, routing, { setIdentifier: address, values: [address], healthCheckId: `check-${index}` }),
    ),
  ];
  const zones = [{ id: 'Z1', name: 'example.org', records, nameServers: ['ns-1.example.org'] }];
  return { stack: 'Two', slots: [], zones, healthChecks: all, elsewhere: [], skipped: [] };
}

/** One address of the primary breaks, then all of them. */
function crashes(model: FleetModel, refillSeconds = 900): [one: CaseResult, all: CaseResult] {
  const scene = sceneOf(model, { propagationSeconds: 10, addressMoveSeconds: 10 }, refillSeconds);
  const player = new Player({ scene, faults: ['crash'], seed: 1, clients: 90 });
  for (let run = 0; run < 600; run++) player.play(run);
  const [one, all] = casesOf(scene, ['crash']).map((each, index) =>
    concludeCase(scene, each, classesOf(scene), player.tallies[index] as CaseTally),
  );
  return [one as CaseResult, all as CaseResult];
}

const outage = ({ groups }: CaseResult, client: string, cache = 'TTL') =>
  groups[0]?.classes.find((each) => each.client === client && each.cache === cache);

describe('a primary of two addresses behind an alias that evaluates their health', () => {
  const [one, all] = crashes(twoBranches());

  test('is broken one address at a time, and all at once', () => {
    expect([one.broken, all.broken]).toEqual(['one of 2 addresses', `all 2 addresses of the primary of ${NAME}`]);
  });

  test('is one name with one budget: nobody asks for the name of the branch', () => {
    expect([one, all].map(({ groups }) => groups.map(({ name, budget }) => [name, budget]))).toEqual([
      [[NAME, 118]],
      [[NAME, 118]],
    ]);
  });

  test('costs clients that try the next address nothing while one address lives', () => {
    expect(outage(one, 'next address')).toMatchObject({ affected: 0, lost: 0 });
    expect(outage(one, 'first address')?.outage?.max).toBeGreaterThan(60);
  });

  test('defeats every client when all of it is broken, until DNS turns to the secondary and caches forget', () => {
    const { affected, outage: out, lost, clients } = outage(all, 'next address') as NonNullable<ReturnType<typeof outage>>;

    expect(affected).toBe(1);
    expect(out?.p50).toBeGreaterThan(50);
    expect(out?.max).toBeLessThanOrEqual(118);
    // Every single request fails, not only those to one of the addresses.
    expect(lost / clients / (out?.mean ?? 1)).toBeCloseTo(1, 1);
    expect(all.groups[0]?.classes.every(({ kept }) => kept)).toBe(true);
  });

  test('stays the answer of a resolver that ignores the TTL, until it is repaired', () => {
    expect(outage(all, 'happy eyeballs', '1 h')?.outage?.max).toBeCloseTo(900, 0);
  });
});

test('a weighted group suffers like a multivalue one, but its answers hold one address: nobody has a next one to try', () => {
  const [one, all] = crashes(twoBranches({ group: 'weighted' }));

  expect(outage(one, 'next address')?.affected).toBeGreaterThan(0.4);
  expect(outage(one, 'next address')?.outage?.max).toBeLessThanOrEqual(118);
  expect(outage(all, 'first address')?.outage?.max).toBeLessThanOrEqual(118);
});

test('a primary that needs both of its addresses turns to the secondary when one is broken', () => {
  const [one] = crashes(twoBranches({ minHealthy: 2 }));

  expect(outage(one, 'first address')?.outage?.max).toBeLessThanOrEqual(118);
  expect(outage(one, 'next address')?.affected).toBe(0);
});

test('a secondary that is broken as well leaves the primary in the answers, until it is repaired', () => {
  // The same machine stands behind both branches.
  const [, all] = crashes(twoBranches({ secondary: { values: ['192.0.2.1'], healthCheckId: 'check-0' } }), 300);

  expect(outage(all, 'first address')?.outage?.max).toBeCloseTo(300, 0);
  expect(all.groups[0]?.classes.some(({ kept }) => !kept)).toBe(true);
});

describe('the health checks of records', () => {
  const zones = (...ids: string[]) => [
    {
      id: 'Z1',
      name: 'example.org',
      nameServers: [],
      records: ids.map((id) => record(NAME, MULTIVALUE, { healthCheckId: id, setIdentifier: id, values: [id] })),
    },
  ];
  const statuses = (used: string[], ...checks: HealthCheck[]) =>
    new Statuses({ zones: zones(...used), healthChecks: new Map(checks.map((each) => [each.id, each])) });
  const flips = [
    { id: 'a', at: 10 },
    { id: 'b', at: 20 },
  ];

  test('change with the endpoint that they look at', () => {
    expect(statuses(['a', 'b'], check('a', '192.0.2.1'), check('b', '192.0.2.2')).changes(flips)).toEqual([
      { healthCheckId: 'a', at: 10, healthy: false },
      { healthCheckId: 'b', at: 20, healthy: false },
    ]);
  });

  test('change with the last endpoint that was needed, when they count', () => {
    const counting: HealthCheck = { id: 'c', type: 'CALCULATED', children: ['a', 'b'], threshold: 1 };

    const all = statuses(['c'], check('a', '192.0.2.1'), check('b', '192.0.2.2'), counting);

    expect(all.changes(flips)).toEqual([{ healthCheckId: 'c', at: 20, healthy: false }]);
  });

  test('say the contrary when they are inverted, and nothing when they are disabled', () => {
    const all = statuses(['a', 'b'], check('a', '192.0.2.1', { inverted: true }), check('b', '192.0.2.2', { disabled: true }));

    expect([...all.unhealthy]).toEqual(['a']);
    expect(all.changes(flips)).toEqual([{ healthCheckId: 'a', at: 10, healthy: true }]);
  });

  test('are healthy when they are not in the template, or look at something that is not simulated', () => {
    const alarm: HealthCheck = { id: 'a', type: 'CLOUDWATCH_METRIC', insufficientData: 'Unhealthy' };

    expect([...statuses(['a', 'elsewhere'], alarm).unhealthy]).toEqual([]);
  });
});
