import { zoneOf } from '../../../rehearsal/control-plane/zone-of';
import { alias, create, record, testPlane, upsert, ZONE } from './planes';

test('S17: the served zone has the record sets that are INSYNC, in the words of the DNS server', () => {
  const { plane, clock, change } = testPlane({ propagation: { min: 10, max: 10 } });
  const check = plane.createHealthCheck({
    CallerReference: 'one',
    HealthCheckConfig: { Type: 'HTTP', IPAddress: '198.51.100.1' },
  });
  change(
    create(record('*.example.com')),
    create(record('pool.example.com', '198.51.100.2', { SetIdentifier: 'slot', MultiValueAnswer: true })),
    create(record('share.example.com', '198.51.100.3', { SetIdentifier: 'half', Weight: 0 })),
    create(
      record('www.example.com', '198.51.100.4', {
        SetIdentifier: 'one',
        Failover: 'PRIMARY',
        HealthCheckId: check.HealthCheck.Id,
      }),
    ),
    create(alias('www.example.com', 'pool.example.com', { SetIdentifier: 'two', Failover: 'SECONDARY' })),
    create(alias('cdn.example.com', 'd1.cloudfront.net', {}, 'Z2FDTNDATAQYW2')),
  );

  const before = zoneOf(plane, ZONE);
  clock.time += 10_000;

  const empty = { id: ZONE, name: 'example.com', records: [], nameServers: ['ns-1.awsdns.test', 'ns-2.awsdns.test'] };
  const own = { type: 'A', ttl: 60 };
  expect(before).toEqual(empty);
  expect(zoneOf(plane, ZONE)).toEqual({
    ...empty,
    records: [
      { ...own, name: '*.example.com', routing: { policy: 'simple' }, values: ['198.51.100.1'] },
      { ...own, name: 'pool.example.com', routing: { policy: 'multivalue' }, setIdentifier: 'slot', values: ['198.51.100.2'] },
      {
        ...own,
        name: 'share.example.com',
        routing: { policy: 'weighted', weight: 0 },
        setIdentifier: 'half',
        values: ['198.51.100.3'],
      },
      {
        ...{ ...own, name: 'www.example.com', routing: { policy: 'failover', role: 'PRIMARY' }, setIdentifier: 'one' },
        ...{ healthCheckId: check.HealthCheck.Id, values: ['198.51.100.4'] },
      },
      {
        ...{
          ...own,
          name: 'www.example.com',
          routing: { policy: 'failover', role: 'SECONDARY' },
          setIdentifier: 'two',
          values: [],
        },
        alias: { name: 'pool.example.com', evaluateTargetHealth: true },
      },
      {
        ...{ ...own, name: 'cdn.example.com', routing: { policy: 'simple' }, values: [] },
        alias: { name: 'd1.cloudfront.net', zoneId: 'Z2FDTNDATAQYW2', evaluateTargetHealth: true },
      },
    ],
  });
});

test('a type that the DNS server cannot write is held and listed, but not served', () => {
  const { plane, clock, change, held } = testPlane();
  change(create(record('www.example.com', '1 . alpn=h2', { Type: 'HTTPS' })));

  clock.time += 60_000;

  expect(zoneOf(plane, ZONE).records).toEqual([]);
  expect(held()).toEqual(['www.example.com. HTTPS']);
});

test('name servers follow the NS of the apex', () => {
  const { plane, clock, change } = testPlane();
  change(upsert(record('example.com', ['ns-9.awsdns.test.'], { Type: 'NS' })));

  clock.time += 60_000;

  expect(zoneOf(plane, ZONE)).toMatchObject({ records: [], nameServers: ['ns-9.awsdns.test'] });
});
