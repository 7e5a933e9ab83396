import * as route53 from 'aws-cdk-lib/aws-route53';
import { ElasticAddressing, ElasticProxyFleet, MultivalueEndpoint, ProxyTargets } from 'cdk-proxy-fleet';
import { readBudgets } from '../../../rehearsal/budget/read-budgets';
import { isEndpointCheck } from '../../../rehearsal/health/health-check';
import { sceneOf } from '../../../rehearsal/simulate/scene';
import { loadTemplate } from '../../../rehearsal/template/load-template';
import { firstSlots } from '../../../rehearsal/template/model';
import { readFleet } from '../../../rehearsal/template/read-fleet';
import { readNames } from '../../../rehearsal/template/read-names';
import { assembly, elastic, stackWith } from '../fleet-template';

const fleet = readFleet(loadTemplate(elastic()));

test('a pool is read with its addresses, in the order in which its function is told of them', () => {
  expect([...(fleet.pool?.addresses.values() ?? [])]).toEqual([1, 2, 3, 4, 5].map((number) => `127.100.0.${number}`));
  expect([...(fleet.pool?.addresses.keys() ?? [])]).toEqual(fleet.pool?.topology.allocationIds);
  expect(fleet.pool).toMatchObject({ minCapacity: 2, sweepSeconds: 60, topology: { fleet: 'Own/Edge' } });
});

test('there is a place for each instance that there can be, in every zone, and as many have one as the group is large at first', () => {
  expect(fleet.slots.map(({ slot, zone, address }) => [slot, zone, address])).toEqual([
    ['1', 'zone-a', '127.10.1.1'],
    ['2', 'zone-b', '127.10.2.2'],
    ['3', 'zone-a', '127.10.1.3'],
    ['4', 'zone-b', '127.10.2.4'],
    ['5', 'zone-a', '127.10.1.5'],
  ]);
  expect(firstSlots(fleet).map(({ slot }) => slot)).toEqual(['1', '2']);
  expect(fleet.slots[0]?.configuration).toContain('frontend');
  expect(fleet.drainSeconds).toBe(118);
});

test('records and health checks are those of the addresses, not of the instances', () => {
  const records = fleet.zones.flatMap((zone) => zone.records);

  expect(records.map(({ values }) => values)).toEqual([1, 2, 3, 4, 5].map((number) => [`127.100.0.${number}`]));
  expect(fleet.healthChecks.filter(isEndpointCheck).map(({ ipAddress, disabled }) => [ipAddress, disabled ?? false])).toEqual(
    [1, 2, 3, 4, 5].map((number) => [`127.100.0.${number}`, false]),
  );
});

test('a fleet of slots has no pool, and all its slots have an instance', () => {
  const fixed = readFleet(loadTemplate(assembly(['Demo']).directory));

  expect(fixed.pool).toBeUndefined();
  expect(firstSlots(fixed)).toEqual(fixed.slots);
});

describe('a fleet whose records follow its instances', () => {
  const loaded = loadTemplate(elastic(ElasticAddressing.instanceAddresses()));
  const followed = readFleet(loaded);

  test('is read with what its function is told, and with a place for each instance that there can be', () => {
    expect(followed.pool).toBeUndefined();
    expect(followed.records).toMatchObject({
      minCapacity: 2,
      maxCapacity: 4,
      // What a launch takes at most, and what one that drains takes before it.
      launchSeconds: 2158,
      sweepSeconds: 60,
      topology: { fleet: 'Own/Edge', families: ['A'] },
    });
    expect(followed.records?.topology.names).toMatchObject([{ hostedZoneId: 'Z1', recordName: 'www.example.org', ttl: 60 }]);
    expect(followed.slots.map(({ address }) => address)).toEqual(fleet.slots.map(({ address }) => address));
    expect(firstSlots(followed).map(({ slot }) => slot)).toEqual(['1', '2']);
  });

  test('has a record and a health check for each, as its function would make them', () => {
    const records = followed.zones.flatMap((zone) => zone.records);
    const checks = new Map(followed.healthChecks.filter(isEndpointCheck).map((check) => [check.id, check]));

    expect(records.map(({ name, ttl, values }) => [name, ttl, values])).toEqual(
      followed.slots.map(({ address }) => ['www.example.org', 60, [address]]),
    );
    for (const { values, healthCheckId = '' } of records) {
      expect(checks.get(healthCheckId)).toMatchObject({ ipAddress: values[0], port: 8404, requestInterval: 10 });
    }
  });

  test('has the budget of its name', () => {
    const budgets = readBudgets(loaded, { propagationSeconds: 10, addressMoveSeconds: 10 });
    expect(JSON.stringify(budgets)).toContain('118');
  });
});

describe('a private fleet', () => {
  const loaded = loadTemplate(elastic(ElasticAddressing.instanceAddresses(), { isPrivate: true }));
  const inner = readFleet(loaded);

  test('has records that its function judges, in place of health checks', () => {
    expect(inner.records?.topology.probes).toHaveLength(2);
    expect(inner.healthChecks.map(({ type }) => type)).toEqual(Array.from(inner.slots, () => 'PROBED'));
    expect(inner.skipped.filter((text) => text.includes('has no health check'))).toEqual([]);
  });

  test('has the budget that its endpoint tells', () => {
    const { budgets } = readBudgets(loaded, { propagationSeconds: 10, addressMoveSeconds: 10 });
    expect(budgets.map(({ entry, formula }) => [entry, formula])).toEqual([
      ['www.inner.example.org', 'detection 90 s (assumed) + propagation 60 s (assumed) + ttl 60 s = 210 s'],
    ]);
  });

  test('is not simulated', () => {
    expect(() => sceneOf(inner, { propagationSeconds: 10, addressMoveSeconds: 10 }, 300)).toThrow(
      "names of 'Own' lead to private proxies, at which a function looks, and that is not simulated: use 'proxy-fleet rehearse'",
    );
  });
});

test('of two elastic fleets each has as many records as it has instances', () => {
  const loaded = loadTemplate(
    stackWith((stack, vpc) => {
      const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { hostedZoneId: 'Z1', zoneName: 'example.org' });
      for (const [id, maxCapacity] of Object.entries({ Small: 2, Large: 6 })) {
        const addresses = new ElasticProxyFleet(stack, id, {
          vpc,
          minCapacity: 2,
          maxCapacity,
          addressing: ElasticAddressing.instanceAddresses(),
        });
        addresses
          .addListener('Http', { port: 80 })
          .addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });
        new MultivalueEndpoint(stack, `${id}Name`, { zone, recordName: id, addresses });
      }
    }),
  );
  const counts = readNames(loaded).zones.flatMap(({ records }) => records.map(({ name }) => name));

  expect(counts.filter((name) => name === 'small.example.org')).toHaveLength(3);
  expect(counts.filter((name) => name === 'large.example.org')).toHaveLength(7);
});
