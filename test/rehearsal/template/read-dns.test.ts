import type { RecordType } from '../../../rehearsal/dns/records';
import type { Json } from '../../../rehearsal/template/load-template';
import { a, aliasTo, CHECKED, check, type Properties, read, withRecords } from './dns-template';

const recordsOf = (template: Parameters<typeof read>[0]) => read(template).zones.flatMap(({ records }) => records);

test('a record set is read with its zone, its check and its policy', () => {
  const { zones, skipped } = read(
    withRecords([a({ MultiValueAnswer: true, SetIdentifier: 'one', ...CHECKED, TTL: '45' })], { Check: check() }),
  );

  expect(zones).toEqual([
    {
      id: 'Zone',
      name: 'example.com',
      nameServers: ['ns-1.example.com', 'ns-2.example.com'],
      records: [
        {
          name: 'www.example.com',
          type: 'A',
          routing: { policy: 'multivalue' },
          setIdentifier: 'one',
          healthCheckId: 'Check',
          ttl: 45,
          values: ['203.0.113.1'],
        },
      ],
    },
  ]);
  expect(skipped).toEqual([]);
});

test.each([
  [{}, { policy: 'simple' }],
  [{ MultiValueAnswer: true }, { policy: 'multivalue' }],
  [{ MultiValueAnswer: false }, { policy: 'simple' }],
  [{ MultiValueAnswer: 'true' }, { policy: 'multivalue' }],
  [{ Weight: 0 }, { policy: 'weighted', weight: 0 }],
  [{ Weight: '255' }, { policy: 'weighted', weight: 255 }],
  [{ Failover: 'PRIMARY' }, { policy: 'failover', role: 'PRIMARY' }],
  [{ Failover: 'SECONDARY' }, { policy: 'failover', role: 'SECONDARY' }],
  [{ Weight: { Ref: 'AWS::NoValue' } }, { policy: 'simple' }],
])('%o has the routing %o', (policy, expected) => {
  const identifier: Properties = expected.policy === 'simple' ? {} : { SetIdentifier: 'x' };

  const records = recordsOf(withRecords([a({ ...policy, ...identifier, ...CHECKED })], { Check: check() }));

  expect(records.map(({ routing }) => routing)).toEqual([expected]);
});

test.each<[RecordType, string]>([
  ['A', '203.0.113.1'],
  ['AAAA', '2001:DB8::1'],
  ['CAA', '0 issue "CA.example.net"'],
  ['CNAME', 'x.Example.org.'],
  ['DS', '12345 3 1 12345678ABCDEF'],
  ['MX', '10 Mail.example.com'],
  ['NAPTR', '100 50 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .'],
  ['NS', 'ns-1.Example.org'],
  ['PTR', 'Host.example.com'],
  ['SPF', '"v=spf1 -ALL"'],
  ['SRV', '1 10 5269 Host.example.com.'],
  ['SSHFP', '1 1 09F6A01D2175'],
  ['TLSA', '3 1 1 0123456789ABCDEF'],
  ['TXT', '"Some Text" "and More"'],
])('records of type %s keep their values as they are written', (Type, value) => {
  const [record] = recordsOf(withRecords([a({ Type }, value)]));

  expect(record).toMatchObject({ type: Type, values: [value] });
});

test.each([
  ['A', '300.0.0.1'],
  ['MX', 'mail.example.com'],
  ['TXT', 'no quotation marks'],
])('what no record of type %s holds is refused in the words of Route 53', (Type, value) => {
  expect(() => read(withRecords([a({ Type }, value)]))).toThrow(
    new RegExp(`^Route 53 would refuse record www.example.com ${Type}: .*${value}`, 's'),
  );
});

test('what only a deploy knows is not judged', () => {
  const values: Json[] = [{ 'Fn::GetAtt': ['Address', 'PublicIp'] }, { Ref: 'Address' }, '{{resolve:ssm:/address}}'];
  const records = values.map((value, index) =>
    a({
      ...{ MultiValueAnswer: true, SetIdentifier: `${index}`, ResourceRecords: [value] },
      HealthCheckId: { 'Fn::ImportValue': `check-${index}` },
    }),
  );

  expect(recordsOf(withRecords(records))).toHaveLength(3);
});

test.each([
  ['WWW.Example.Com.', 'www.example.com'],
  ['\\052.example.com', '*.example.com'],
])('the name %s is %s', (Name, expected) => {
  expect(recordsOf(withRecords([a({ Name })]))[0]?.name).toBe(expected);
});

test('the NS records of a zone are its name servers', () => {
  const { zones } = read(withRecords([a({ Name: 'example.com', Type: 'NS' }, 'ns.example.org.'), a()]));

  expect(zones).toMatchObject([{ nameServers: ['ns.example.org'], records: [{ type: 'A' }] }]);
});

test('zones and checks may be referred to by their attributes', () => {
  const byAttribute = {
    HostedZoneId: { 'Fn::GetAtt': ['Zone', 'Id'] },
    HealthCheckId: { 'Fn::GetAtt': ['Check', 'HealthCheckId'] },
  };

  const { zones, skipped } = read(withRecords([a(byAttribute)], { Check: check() }));

  expect(zones).toMatchObject([{ id: 'Zone', name: 'example.com', records: [{ healthCheckId: 'Check' }] }]);
  expect(skipped).toEqual([]);
});

test('a primary alias needs no health check of its own', () => {
  const [primary] = recordsOf(
    withRecords(
      [
        aliasTo('app.example.com', { Failover: 'PRIMARY', SetIdentifier: '1' }),
        a({ Failover: 'SECONDARY', SetIdentifier: '2' }),
        a({ Name: 'app.example.com', ...CHECKED }),
      ],
      { Check: check() },
    ),
  );

  expect(primary).toMatchObject({ routing: { role: 'PRIMARY' }, alias: { name: 'app.example.com' } });
});

describe('a group of record sets', () => {
  const group = (properties: Properties) => ({ Group: { Type: 'AWS::Route53::RecordSetGroup', Properties: properties } });
  const RecordSets = [
    a({ Weight: 1, SetIdentifier: 'a', ...CHECKED }),
    a({ Weight: 3, SetIdentifier: 'b', ...CHECKED }, '203.0.113.2'),
  ];

  test('is read like record sets of their own, in the zone of the group', () => {
    const { zones, skipped } = read(
      withRecords([], { Check: check(), ...group({ HostedZoneName: 'example.com.', RecordSets }) }),
    );

    expect(zones).toMatchObject([{ id: 'Zone', name: 'example.com' }]);
    expect(zones[0]?.records.map(({ routing, healthCheckId }) => [routing, healthCheckId])).toEqual([
      [{ policy: 'weighted', weight: 1 }, 'Check'],
      [{ policy: 'weighted', weight: 3 }, 'Check'],
    ]);
    expect(skipped).toEqual([]);
  });

  test('or each in the zone that it names', () => {
    const own = RecordSets.map((set) => ({ ...set, HostedZoneId: { Ref: 'Zone' } }));

    expect(recordsOf(withRecords([], { Check: check(), ...group({ RecordSets: own }) }))).toHaveLength(2);
  });
});

describe('aliases', () => {
  test('to a record of the zone', () => {
    const records = recordsOf(
      withRecords([aliasTo('App.example.com.'), a({ Name: 'app.example.com', ...CHECKED })], { Check: check() }),
    );

    expect(records[0]).toMatchObject({ values: [], alias: { name: 'app.example.com', evaluateTargetHealth: true } });
    expect(records[0]?.alias).not.toHaveProperty('zoneId');
  });

  test('to AWS keep the TTL that it has there, and it is said that its addresses are not known', () => {
    const AliasTarget = { DNSName: 'd111.cloudfront.net', HostedZoneId: 'Z2FDTNDATAQYW2', EvaluateTargetHealth: false };
    const { zones, skipped } = read(withRecords([{ Name: 'www.example.com', Type: 'A', AliasTarget }]));

    expect(zones[0]?.records).toMatchObject([
      { ttl: 60, values: [], alias: { name: 'd111.cloudfront.net', zoneId: 'Z2FDTNDATAQYW2', evaluateTargetHealth: false } },
    ]);
    expect(skipped).toEqual([
      'record R1 leads to d111.cloudfront.net, whose addresses are not known here: it counts as healthy and answers nothing',
    ]);
  });

  test('to a name that only the zone of another template holds are taken for healthy', () => {
    const AliasTarget = { DNSName: 'other.example.com', HostedZoneId: 'Z1', EvaluateTargetHealth: true };
    const template = withRecords([{ Name: 'www.example.com', Type: 'A', HostedZoneId: 'Z1', AliasTarget }]);

    expect(read(template).skipped).toEqual([expect.stringContaining('record R1 leads to other.example.com, whose addresses')]);
  });
});

describe('the name of a zone that exists elsewhere', () => {
  const zoneOf = (names: string[], place: Record<string, string> = { HostedZoneId: 'Z1' }) => {
    const records = names.map((Name) => a({ Name, HostedZoneId: { Ref: 'AWS::NoValue' }, ...place }));
    return read(withRecords(records)).zones.map(({ name }) => name);
  };

  test.each([
    [['www.example.org'], 'example.org'],
    [['example.org'], 'example.org'],
    [['example.org', 'www.example.org'], 'example.org'],
    [['shop.example.org', 'primary.shop.example.org'], 'example.org'],
    [['www.shop.example.org', 'a.b.example.org'], 'example.org'],
    [['a.internal', 'b.internal'], 'internal'],
  ])('with records %o is %s', (names, expected) => {
    expect(zoneOf(names)).toEqual([expected]);
  });

  test('is known where the records say it', () => {
    expect(zoneOf(['a.b.example.org'], { HostedZoneName: 'example.org.' })).toEqual(['example.org']);
  });

  test('that has the name of another is not rehearsed, because a question could mean either', () => {
    const records = ['Z1', 'Z2'].map((HostedZoneId) => a({ Name: 'example.org', HostedZoneId }));

    expect(read(withRecords(records))).toMatchObject({
      zones: [{ id: 'Z1' }],
      skipped: expect.arrayContaining(['hosted zone Z2 has the name of Z1, example.org, and only Z1 is rehearsed']),
    });
  });
});
