/** What a template must not say about DNS: each mistake is one line that tells what, what it got, what is allowed and what to do. */
import fc from 'fast-check';
import { answer } from '../../../rehearsal/dns/answer';
import { seededRandom } from '../../../rehearsal/random';
import type { Json, Template } from '../../../rehearsal/template/load-template';
import { UsageError } from '../../../rehearsal/usage-error';
import { a, aliasTo, CHECKED, check, read, withRecords } from './dns-template';

const set = (SetIdentifier: string, other: Record<string, Json> = {}) => a({ SetIdentifier, ...CHECKED, ...other });
const withCheck = (...records: Record<string, Json>[]) => withRecords(records, { Check: check() });
const cname = (from: string, to: string) => a({ Name: `${from}.example.com`, Type: 'CNAME' }, `${to}.example.com.`);

test.each<[string, Template, string]>([
  [
    'an unknown type',
    withRecords([a({ Type: 'WKS' })]),
    "record R1 must have a Type of A, AAAA, CAA, CNAME, DS, MX, NAPTR, NS, PTR, SPF, SRV, SSHFP, TLSA, TXT, HTTPS, SOA, SVCB, got 'WKS': mend 'Type'",
  ],
  ['no type', withRecords([a({ Type: null })]), 'got none'],
  ['no name', withRecords([a({ Name: null })]), 'record R1 must have a name, got none'],
  [
    'neither values nor a target',
    withRecords([a({ ResourceRecords: [] })]),
    'record R1 must have either values or an alias target, got neither',
  ],
  ['both values and a target', withRecords([{ ...aliasTo('x.example.com'), ...a() }]), 'got both'],
  [
    'a target without a name',
    withRecords([{ ...aliasTo(''), AliasTarget: {} }]),
    "must have an alias target, got none: give it a 'DNSName'",
  ],
  [
    'a TTL that is no number',
    withRecords([a({ TTL: { Ref: 'Ttl' } })]),
    "record R1 must have a TTL of 0 to 2147483647, got 'Ttl'",
  ],
  ['a weight above 255', withCheck(set('a', { Weight: 256 })), "record R1 must have a Weight of 0 to 255, got '256'"],
  ['a weight below 0', withCheck(set('a', { Weight: -1 })), "got '-1'"],
  ['a weight in parts', withCheck(set('a', { Weight: 1.5 })), "got '1.5'"],
  [
    'a role of its own',
    withCheck(set('a', { Failover: 'TERTIARY' })),
    "must have a Failover of PRIMARY, SECONDARY, got 'TERTIARY'",
  ],
  [
    'two policies in one record',
    withCheck(set('a', { Failover: 'PRIMARY', Weight: 1 })),
    'record R1 must have one routing policy, got Failover and Weight',
  ],
  [
    'two policies of one name',
    withCheck(set('a', { Weight: 1 }), set('b', { MultiValueAnswer: true })),
    'records of www.example.com A must have one routing policy, got weighted, multivalue (record R1, record R2)',
  ],
  [
    'a played policy and another of one name',
    withCheck(set('a', { Weight: 1 }), set('b', { Region: 'us-east-1' })),
    'got weighted, latency',
  ],
  [
    'a set identifier twice',
    withCheck(set('a', { Weight: 1 }), set('a', { Weight: 2 })),
    "each have a set identifier of their own, got 'a' twice (record R1, record R2)",
  ],
  [
    'two simple records of one name',
    withRecords([a(), a({}, '203.0.113.2')]),
    'each have a set identifier of their own, got none of them',
  ],
  [
    'two primaries',
    withCheck(set('a', { Failover: 'PRIMARY' }), set('b', { Failover: 'PRIMARY' })),
    'must have one PRIMARY, got two (record R1, record R2)',
  ],
  [
    'a primary without a check',
    withRecords([a({ SetIdentifier: 'a', Failover: 'PRIMARY' })]),
    'record R1 must have a health check to be PRIMARY, got none',
  ],
  [
    'a multivalue alias',
    withRecords([aliasTo('x.example.com', { MultiValueAnswer: true, SetIdentifier: 'a' })]),
    'must have values of its own to be multivalue, got an alias',
  ],
  ['no zone', withRecords([a({ HostedZoneId: null })]), 'record R1 must be in one hosted zone, got none'],
  [
    'a record in two zones',
    withRecords([a({ HostedZoneName: 'example.org.' })]),
    'record R1 must be in one hosted zone, got Zone and example.org.',
  ],
  [
    'a name outside of its zone',
    withRecords([a({ Name: 'www.example.org' })]),
    'record R1 must have a name in its hosted zone example.com, got www.example.org',
  ],
  [
    'names without anything in common',
    withRecords(['a.b.org', 'c.d.com'].map((Name) => a({ Name, HostedZoneId: 'Z1' }))),
    'must share the end of its name with the others in hosted zone Z1',
  ],
])('%s', (_, template, message) => {
  expect(() => read(template)).toThrow(UsageError);
  expect(() => read(template)).toThrow(message);
});

describe('aliases', () => {
  const named = (from: string, to: string) => aliasTo(`${to}.example.com`, { Name: `${from}.example.com` });

  test.each<[string, Template, string]>([
    [
      'to itself',
      withRecords([aliasTo('www.example.com')]),
      'aliases and CNAMEs must end at a record with values, got www.example.com -> www.example.com',
    ],
    [
      'in a circle',
      withRecords([named('a', 'b'), named('b', 'c'), named('c', 'a')]),
      'got a.example.com -> b.example.com -> c.example.com -> a.example.com',
    ],
    [
      'into a circle',
      withRecords([named('x', 'a'), named('a', 'b'), named('b', 'a')]),
      'got a.example.com -> b.example.com -> a.example.com',
    ],
    [
      'in a circle of CNAMEs',
      withRecords([cname('a', 'b'), cname('b', 'a')]),
      'got a.example.com -> b.example.com -> a.example.com',
    ],
    [
      'in a circle of both',
      withRecords([cname('a', 'b'), { ...named('b', 'a'), Type: 'CNAME' }]),
      'got a.example.com -> b.example.com -> a.example.com',
    ],
    [
      'to a name that is not there',
      withRecords([aliasTo('x.example.com')]),
      'record R1 must lead to records of its own type, got x.example.com, which has none of type A',
    ],
    [
      'to a name of another type',
      withRecords([{ ...named('b', 'a'), Type: 'AAAA' }, a({ Name: 'a.example.com' })]),
      'got a.example.com, which has none of type AAAA',
    ],
    [
      'to a name of another type elsewhere',
      withRecords(
        [
          aliasTo('a.example.com', { Type: 'AAAA', AliasTarget: { DNSName: 'a.example.com', HostedZoneId: 'Z1' } }),
          a({ Name: 'a.example.com' }),
        ].map((each) => ({ ...each, HostedZoneId: 'Z1' })),
      ),
      'which has none of type AAAA',
    ],
    [
      'to a record by the id of another zone',
      withRecords([
        { ...named('b', 'a'), AliasTarget: { DNSName: 'a.example.com', HostedZoneId: 'Z9' } },
        a({ Name: 'a.example.com' }),
      ]),
      'must lead to a record of its own zone Zone, or to AWS, got a.example.com of Z9',
    ],
  ])('%s', (_, template, message) => {
    expect(() => read(template)).toThrow(UsageError);
    expect(() => read(template)).toThrow(message);
  });

  test('that share a target, or a circle that only a name of another type closes, are none', () => {
    const shared = [named('a', 'c'), named('b', 'c'), a({ Name: 'c.example.com' })];
    const open = [
      named('x', 'y'),
      a({ Name: 'y.example.com' }),
      aliasTo('x.example.com', { Name: 'y.example.com', Type: 'AAAA' }),
    ];

    expect(() => read(withRecords(shared))).not.toThrow();
    expect(() => read(withRecords(open))).toThrow('which has none of type AAAA');
  });

  test('a chain of a thousand that ends nowhere but in a circle is found at once', () => {
    const chain = Array.from({ length: 1000 }, (_, index) => named(`n${index}`, `n${Math.min(index + 1, 999)}`));

    expect(() => read(withRecords(chain))).toThrow('got n999.example.com -> n999.example.com');
  });
});

const seed = Number(process.env.FC_SEED ?? Date.now() | 0);

test(`whatever a template says is refused by a named error, or read and then answered, and never hangs (FC_SEED=${seed})`, () => {
  const names = fc.constantFrom('a.example.com', 'b.example.com', 'example.com', 'www.example.org', '', '.');
  const some = fc.oneof(fc.jsonValue() as fc.Arbitrary<Json>, fc.constantFrom<Json>({ Ref: 'Check' }, { Ref: 'R1' }, true, '1'));
  const alias = fc.record({ DNSName: names, HostedZoneId: some, EvaluateTargetHealth: some }, { requiredKeys: [] });
  const aRecord = fc.record(
    {
      ...{ Name: fc.oneof(names, some), Type: fc.oneof(fc.constantFrom('A', 'CNAME', 'TXT', 'HTTPS'), some), TTL: some },
      ...{ ResourceRecords: fc.oneof(fc.array(names), some), AliasTarget: fc.oneof(alias, some), SetIdentifier: some },
      ...{ Weight: some, Failover: some, MultiValueAnswer: some, HealthCheckId: some, HostedZoneId: some, HostedZoneName: some },
    },
    { requiredKeys: ['Name', 'Type'] },
  ) as fc.Arbitrary<Record<string, Json>>;
  const aCheck = fc.record({ Type: some, IPAddress: some, ChildHealthChecks: some, Port: some }, { requiredKeys: [] });

  let readable = 0;
  fc.assert(
    fc.property(fc.array(aRecord, { maxLength: 4 }), fc.oneof(fc.constant({}), aCheck), (records, config) => {
      try {
        const { zones } = read(withRecords(records, { Check: check(config as Record<string, Json>) }));
        readable += 1;
        for (const { name, type } of zones.flatMap((zone) => zone.records))
          answer(zones, { name, type }, () => false, seededRandom(seed));
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
        expect((error as Error).message).toMatch(
          /must .*: (mend|give|leave|list|choose)|^Route 53 would refuse (record|health check) .*: /s,
        );
      }
    }),
    { seed, numRuns: 2_000 },
  );
  expect(readable).toBeGreaterThan(50);
});
