/** Failovers of templates, against the figures that were measured with real clients and those that follow from Route 53's rules. */
import { HostedZone } from 'aws-cdk-lib/aws-route53';
import { MultivalueEndpoint, VirtualIpPool } from 'cdk-proxy-fleet';
import { isEndpointCheck } from '../../../rehearsal/health/health-check';
import { FAULTS, type Fault } from '../../../rehearsal/simulate/behaviours';
import { casesOf, classesOf } from '../../../rehearsal/simulate/cases';
import { concludeCase } from '../../../rehearsal/simulate/conclude';
import { Player } from '../../../rehearsal/simulate/play';
import type { ClassResult } from '../../../rehearsal/simulate/result';
import { type Scene, sceneOf } from '../../../rehearsal/simulate/scene';
import type { CaseTally } from '../../../rehearsal/simulate/tally';
import { dnsBudget } from '../../../rehearsal/template/budgets';
import { loadTemplate } from '../../../rehearsal/template/load-template';
import type { FleetModel } from '../../../rehearsal/template/model';
import { readFleet } from '../../../rehearsal/template/read-fleet';
import { assembly, simpleFleet, stackWith } from '../fleet-template';
import { multivalue } from './zones';

const NO_DELAY = { propagationSeconds: 0, addressMoveSeconds: 0 };

/** Names without a fleet. */
function model(check: { requestInterval?: number; type?: 'HTTP' | 'TCP' } = {}, addresses = 3): FleetModel {
  const { zones, places } = multivalue(addresses);
  const healthChecks = [...places].map(([ipAddress, place]) => ({
    id: `check-${place}`,
    type: 'HTTP' as const,
    ipAddress,
    port: 80,
    requestInterval: 10,
    failureThreshold: 3,
    ...check,
  }));
  return { stack: 'Names', slots: [], zones, healthChecks, elsewhere: [], skipped: [] };
}

interface Played {
  readonly seed?: number;
  readonly failovers?: number;
  readonly clients?: number;
}

function played(scene: Scene, fault: Fault, { seed = 1, failovers = 300, clients = 180 }: Played = {}) {
  const player = new Player({ scene, faults: [fault], seed, clients });
  for (let run = 0; run < failovers; run++) player.play(run);
  const [one] = casesOf(scene, [fault]);
  return concludeCase(scene, one as NonNullable<typeof one>, classesOf(scene), player.tallies[0] as CaseTally);
}

function find({ groups }: ReturnType<typeof played>, client: string, cache?: string): ClassResult {
  const found = groups.flatMap(({ classes }) => classes).find((each) => each.client === client && each.cache === cache);
  if (!found) throw new Error(`no ${client}`);
  return found;
}

describe('one of three addresses, TTL 60, as it was measured with real clients', () => {
  test.each([
    { requestInterval: 10, least: 27.9, median: 57.1, most: 87.4 },
    { requestInterval: 30, least: 87.0, median: 116.3, most: 138.7 },
  ])('a crash with checks every $requestInterval s: the last failure of the first address only', (measured) => {
    const scene = sceneOf(model({ requestInterval: measured.requestInterval }), NO_DELAY, 900);

    const { outage, affected } = find(played(scene, 'crash'), 'first address', 'TTL');

    expect(affected).toBeGreaterThan(0.99);
    expect(Math.abs((outage?.p50 ?? 0) - measured.median)).toBeLessThan(4);
    expect(outage?.max).toBeGreaterThan(measured.most - 3);
    expect(outage?.max).toBeLessThanOrEqual(3 * measured.requestInterval + 60);
  });

  const scene = sceneOf(model(), NO_DELAY, 900);
  const results = new Map(FAULTS.map((fault) => [fault, played(scene, fault)]));
  const of = (fault: Fault, client: string) => find(results.get(fault) as ReturnType<typeof played>, client, 'TTL');

  test.each(['next address', 'one timeout', 'happy eyeballs', 'sticky browser'])(
    'a crash costs the kind %s nothing',
    (client) => {
      expect(of('crash', client)).toMatchObject({ affected: 0, lost: 0, delayed: 0 });
    },
  );

  test.each([
    ['next address', 2],
    ['happy eyeballs', 0.25],
    ['sticky browser', 0.25],
  ])('a black hole costs the kind %s no request, but %d s of some', (client, delaySeconds) => {
    expect(of('black-hole', client)).toMatchObject({ affected: 0, lost: 0, delaySeconds });
    expect(of('black-hole', client).delayed).toBeGreaterThan(0);
  });

  test('a black hole makes clients fail whose timeout is used up by the first address', () => {
    const [first, one] = [of('black-hole', 'first address'), of('black-hole', 'one timeout')];

    expect(one.affected).toBeGreaterThan(0.99);
    expect(Math.abs((one.outage?.p50 ?? 0) - (first.outage?.p50 ?? 0))).toBeLessThan(3);
  });

  test('a hang defeats every client until DNS drops the address', () => {
    for (const client of ['first address', 'next address', 'one timeout', 'happy eyeballs', 'sticky JVM', 'sticky browser']) {
      expect(of('hang', client).affected).toBeGreaterThan(0.5);
    }
  });

  test('a cache of its own adds its life at most', () => {
    const [first, jvm, browser] = ['first address', 'sticky JVM', 'sticky browser'].map(
      (client) => of('hang', client).outage?.max ?? 0,
    );

    expect(jvm).toBeGreaterThan(first ?? 0);
    expect(jvm).toBeLessThanOrEqual(36 + 60 + 30 + 3);
    expect(browser).toBeLessThanOrEqual(36 + 60 + 60 + 3);
  });

  test('a resolver that stretches a TTL stretches outages, and one that ignores it ends them with the repair', () => {
    const crash = results.get('crash') as ReturnType<typeof played>;

    expect(find(crash, 'first address', '5 min').outage?.max).toBeGreaterThan(300);
    expect(find(crash, 'first address', '1 h').outage?.max).toBeCloseTo(900, 0);
  });

  test('a third of the requests before the last failure are lost', () => {
    const { lost, clients, outage } = of('crash', 'first address');

    expect(lost / clients / (outage?.mean ?? 0)).toBeCloseTo(1 / 3, 1);
  });
});

test('clients that keep to the TTL keep the budget, and a check that only connects breaks it in a hang', () => {
  const verdicts = (type: 'HTTP' | 'TCP') => {
    const scene = sceneOf(model({ type }), { propagationSeconds: 10, addressMoveSeconds: 10 }, 900);
    return FAULTS.map((fault) => played(scene, fault).groups.every(({ classes }) => classes.every(({ kept }) => kept)));
  };

  expect(verdicts('HTTP')).toEqual([true, true, true]);
  expect(verdicts('TCP')).toEqual([true, false, true]);
});

test('a repair before the detection ends the outage, and DNS never notices', () => {
  const result = played(sceneOf(model(), NO_DELAY, 15), 'crash');

  expect(result.measures[0]).toEqual({ name: 'detection by health checks', seconds: undefined });
  expect(find(result, 'first address', 'TTL').outage?.max).toBeLessThanOrEqual(15);
});

describe('chance', () => {
  const scene = sceneOf(model({}, 12), { propagationSeconds: 10, addressMoveSeconds: 10 }, 900);
  const plan = { scene, faults: FAULTS, seed: 5, clients: 100 };
  const tallies = (order: readonly number[]) => {
    const player = new Player(plan);
    for (const run of order) player.play(run);
    return player.tallies;
  };
  const runs = Array.from({ length: 60 }, (_, run) => run);

  test('belongs to the failover: parts that others play in another order add up to the same', () => {
    const whole = tallies(runs);
    const even = tallies(runs.filter((run) => run % 2 === 0).reverse());
    const odd = tallies(runs.filter((run) => run % 2 === 1));

    even.forEach((tally, index) => {
      tally.merge(odd[index] as CaseTally);
    });

    const told = (all: CaseTally[]) =>
      casesOf(scene, FAULTS).map((one, index) => concludeCase(scene, one, classesOf(scene), all[index] as CaseTally));
    expect(told(even)).toEqual(told(whole));
  });

  test('is another one with another seed', () => {
    const [one, other] = [5, 6].map((seed) => find(played(scene, 'crash', { seed, failovers: 20 }), 'first address', 'TTL'));

    expect(one).not.toEqual(other);
  });

  test('gives every class the same number of clients, however few there are', () => {
    const result = played(scene, 'crash', { failovers: 18 * 4, clients: 5 });

    expect(new Set(result.groups.flatMap(({ classes }) => classes.map(({ clients }) => clients)))).toEqual(new Set([20]));
  });
});

describe('a fleet', () => {
  const assumptions = { propagationSeconds: 10, addressMoveSeconds: 10 };
  const fleet = readFleet(loadTemplate(assembly(['Demo'], undefined, { virtualIps: 2 }).directory));
  const scene = sceneOf(fleet, assumptions, 900);
  const result = played(scene, 'black-hole', { clients: 400 });

  test('has a group for its name and one for each virtual IP, with the budgets of the rehearsal', () => {
    const [check] = fleet.healthChecks.filter(isEndpointCheck);

    expect(result.broken).toBe('one of 3 slots');
    expect(result.groups.map(({ name, kind, budget }) => [name, kind, budget])).toEqual([
      ['www.example.org', 'name', dnsBudget(check as NonNullable<typeof check>, 60, assumptions).seconds + 2],
      ['Vip', 'virtual-ip', 23],
      ['Vip2', 'virtual-ip', 23],
    ]);
  });

  test('breaks one slot of three, so a third of the clients of a virtual IP are hit, and for as long as a takeover takes', () => {
    const { affected, outage } = find(result, 'knows the address');
    const takeover = result.measures.find(({ name }) => name.startsWith('virtual IP'))?.seconds;

    expect(affected).toBeGreaterThan(0.2);
    expect(affected).toBeLessThan(0.47);
    expect(takeover?.max).toBeLessThanOrEqual(21);
    expect(outage?.max).toBeLessThanOrEqual((takeover?.max ?? 0) + 2);
  });
});

test('a name of virtual IPs is served again by whoever is first, DNS or the takeover, even behind a resolver that ignores the TTL', () => {
  const directory = stackWith((stack, vpc) => {
    const addresses = new VirtualIpPool(stack, 'Vips', { fleet: simpleFleet(stack, vpc, 'Edge') });
    const zone = HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z123', zoneName: 'example.org' });
    new MultivalueEndpoint(stack, 'App', { zone, recordName: 'app', addresses });
  });
  const fleet = readFleet(loadTemplate(directory));

  const adopted = played(sceneOf(fleet, { propagationSeconds: 10, addressMoveSeconds: 10 }, 900), 'crash');
  const late = played(sceneOf(fleet, { propagationSeconds: 0, addressMoveSeconds: 600 }, 900), 'crash');

  expect(find(adopted, 'first address', '1 h').outage?.max).toBeLessThanOrEqual(21);
  expect(adopted.groups[0]?.budget).toBe(21);
  // Where the move takes minutes, DNS drops the address before.
  expect(find(late, 'first address', 'TTL').outage?.max).toBeLessThanOrEqual(90);
  expect(find(late, 'first address', '1 h').outage?.max).toBeGreaterThan(300);
});
