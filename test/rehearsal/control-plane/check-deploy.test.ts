import { checkDeploy } from '../../../rehearsal/control-plane/check-deploy';
import type { HostedZone, RecordSet } from '../../../rehearsal/dns/records';
import type { EndpointCheck, Route53Check } from '../../../rehearsal/health/health-check';

const ZONE: HostedZone = { id: 'Zone', name: 'example.com', records: [], nameServers: ['ns-1.example.com'] };

const record = (name: string, more: Partial<RecordSet> = {}): RecordSet => ({
  ...{ name, type: 'A', ttl: 60, values: ['198.51.100.1'], routing: { policy: 'simple' } },
  ...more,
});
const alias = (name: string, target: string, more: Partial<RecordSet> = {}): RecordSet =>
  record(name, { values: [], alias: { name: target, evaluateTargetHealth: true }, ...more });
const slot = (index: number, more: Partial<RecordSet> = {}): RecordSet =>
  record('www.example.com', {
    ...{ routing: { policy: 'multivalue' }, setIdentifier: `slot-${index}`, values: [`127.10.1.${index}`] },
    ...more,
  });
const check = (id: string, more: Partial<EndpointCheck> = {}): EndpointCheck => ({
  ...{ id, type: 'HTTP', ipAddress: '127.10.1.1', port: 80, requestInterval: 10, failureThreshold: 3 },
  ...more,
});
const refuse = (records: RecordSet[], checks: Route53Check[] = [], zone = ZONE) => checkDeploy(zone, records, checks);

test('a fleet behind one name, an alias with both roles, and every kind of health check are accepted', () => {
  const checks: Route53Check[] = [
    ...[1, 2, 3].map((index) => check(`Check${index}`, { ipAddress: `127.10.1.${index}` })),
    { id: 'Enough', type: 'CALCULATED', children: ['Check1', 'Check2', 'Check3'], threshold: 2 },
    { id: 'Alarm', type: 'CLOUDWATCH_METRIC', insufficientData: 'Unhealthy' },
    { id: 'Switch', type: 'RECOVERY_CONTROL', disabled: true },
  ];
  const failover = (role: 'PRIMARY' | 'SECONDARY') => ({ routing: { policy: 'failover', role } as const, setIdentifier: role });
  const records = [
    alias('shop.example.com', 'www.example.com', { ...failover('PRIMARY'), healthCheckId: 'Enough' }),
    record('shop.example.com', failover('SECONDARY')),
    ...[1, 2, 3].map((index) => slot(index, { healthCheckId: `Check${index}` })),
    record('www.example.com', { type: 'AAAA', values: ['127.10.1.1'] }),
  ];

  expect(refuse(records, checks)).toEqual([]);
});

test('S22: a refusal names the record and says what Route 53 would', () => {
  const records = [slot(1), record('www.example.com'), slot(2, { setIdentifier: 'slot-1' }), record('www.example.org')];

  expect(refuse(records)).toEqual([
    'Route 53 would refuse record www.example.com A: RRSet with DNS name www.example.com., type A cannot be created as other RRSets ' +
      'exist with the same name and type.',
    "Route 53 would refuse record www.example.com A slot-1: Tried to create resource record set [name='www.example.com.', type='A', " +
      "set-identifier='slot-1'] but it already exists",
    'Route 53 would refuse record www.example.org A: RRSet with DNS name www.example.org. is not permitted in zone example.com.',
  ]);
});

test('S22: a primary without a check, and a record whose check does not exist', () => {
  const primary = slot(1, { routing: { policy: 'failover', role: 'PRIMARY' } });
  const given = '0d4e8c1e-0000-4000-8000-00000000abcd';

  expect(refuse([primary])).toEqual([expect.stringContaining('must have an associated health check')]);
  expect(refuse([{ ...primary, healthCheckId: 'Gone' }])).toEqual([expect.stringContaining('No health check exists')]);
  expect(refuse([{ ...primary, healthCheckId: given }])).toEqual([]);
});

test('S22: an unknown type, and a set identifier without a policy', () => {
  const unknown = record('www.example.com', { type: 'WKS' as 'A' });

  expect(refuse([unknown])).toEqual([expect.stringContaining('enum value set: [SOA, A')]);
  expect(refuse([record('www.example.com', { setIdentifier: 'one' })])).toEqual([
    expect.stringContaining('but found none in Change'),
  ]);
});

test('S22, V8: aliases come after their targets, wherever they stand, and need one', () => {
  const chain = [alias('a.example.com', 'b.example.com'), alias('b.example.com', 'c.example.com'), record('c.example.com')];

  expect(refuse(chain)).toEqual([]);
  expect(refuse(chain.slice(0, 1))).toEqual([expect.stringContaining('but that target was not found')]);
  expect(refuse(chain.slice(0, 1), [], { ...ZONE, records: [record('b.example.com')] })).toEqual([]);
});

test('S22, V8: aliases of other types, and of AWS services, do not wait for each other', () => {
  const ipv6 = { type: 'AAAA' as const };
  const crossing = [
    ...[alias('a.example.com', 'b.example.com'), record('b.example.com')],
    ...[alias('b.example.com', 'a.example.com', ipv6), record('a.example.com', { ...ipv6, values: ['2001:db8::1'] })],
  ];
  const service = { name: 'd1.cloudfront.net', zoneId: 'Z2FDTNDATAQYW2', evaluateTargetHealth: false };

  expect(refuse([...crossing, record('cdn.example.com', { values: [], alias: service })])).toEqual([]);
});

test('S22, V8: aliases that lead to each other have no target, and nothing hangs', () => {
  const loop = [
    alias('a.example.com', 'b.example.com'),
    alias('b.example.com', 'c.example.com'),
    alias('c.example.com', 'b.example.com'),
  ];

  expect(refuse(loop)).toEqual(loop.map(() => expect.stringContaining('but that target was not found')));
  expect(refuse([alias('a.example.com', 'a.example.com')])).toEqual([
    expect.stringContaining('the alias leads back to itself (a.example.com. -> a.example.com.)'),
  ]);
});

test('S20: what the zone holds before the deploy counts', () => {
  const zone = { ...ZONE, records: [record('www.example.com')] };

  expect(refuse([record('www.example.com')], [], zone)).toEqual([expect.stringContaining('but it already exists')]);
});

test('addresses that only a deploy knows pass; others must be addresses, and health checks ask public ones', () => {
  const unresolved = record('www.example.com', { values: ['Address.PublicIp'] });

  expect(refuse([unresolved])).toEqual([expect.stringContaining('not a valid IPv4 address')]);
  expect(checkDeploy(ZONE, [unresolved], [], (value) => value.includes('.PublicIp'))).toEqual([]);
  expect(refuse([record('www.example.com', { values: ['127.10.1.1', '127.10.1.1'] })])).toEqual([
    expect.stringContaining('Duplicate Resource Record'),
  ]);
  expect(refuse([], [check('Private', { ipAddress: '10.0.0.1' })])).toEqual([
    'Route 53 would refuse health check Private: Invalid parameter : IPAddress must be public: 10.0.0.1 is in a local, private, ' +
      'non-routable or multicast range',
  ]);
});

test('S25: calculated checks have existing children that are not calculated, and an account 200 checks', () => {
  const calculated = (id: string, child: string): Route53Check => ({ id, type: 'CALCULATED', children: [child], threshold: 1 });
  const many = Array.from({ length: 201 }, (_, index) => check(`Check${index}`));

  expect(refuse([], [calculated('Outer', 'Inner'), calculated('Inner', 'Check'), check('Check')])).toEqual([
    expect.stringMatching(/^Route 53 would refuse health check Outer: .*must not be calculated health checks, got Inner$/),
  ]);
  expect(refuse([], [calculated('Outer', 'Gone')])).toEqual([expect.stringMatching(/must exist, got Gone$/)]);
  expect(refuse([], many)).toEqual([expect.stringContaining('201 health checks are more than the 200')]);
  expect(refuse([], many.slice(1))).toEqual([]);
});
