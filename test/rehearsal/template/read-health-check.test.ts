import type { Json, Template } from '../../../rehearsal/template/load-template';
import { UsageError } from '../../../rehearsal/usage-error';
import { a, CHECKED, check, read, withRecords } from './dns-template';

const checks = (...configs: Record<string, Json>[]): Template => ({
  Resources: Object.fromEntries(configs.map((config, index) => [`C${index + 1}`, check(config)])),
});
const calculated = (children: Json[], other = {}) => ({
  Type: 'CALCULATED',
  ChildHealthChecks: children,
  HealthThreshold: 1,
  ...other,
});
const readChecks = (...configs: Record<string, Json>[]) => read(checks(...configs));

test.each<[string, Record<string, Json>, object]>([
  [
    'HTTP',
    { ResourcePath: '/healthz', FailureThreshold: '2' },
    { type: 'HTTP', port: 80, resourcePath: '/healthz', failureThreshold: 2 },
  ],
  ['HTTP, with what is left out', { Port: null, RequestInterval: null }, { port: 80, requestInterval: 30, failureThreshold: 3 }],
  ['HTTPS', { Type: 'HTTPS', Port: null, EnableSNI: false }, { type: 'HTTPS', port: 443, enableSni: false }],
  ['a string', { Type: 'HTTP_STR_MATCH', SearchString: 'ok' }, { type: 'HTTP_STR_MATCH', searchString: 'ok' }],
  ['a string over TLS', { Type: 'HTTPS_STR_MATCH', SearchString: 'ok', Port: 8443 }, { type: 'HTTPS_STR_MATCH', port: 8443 }],
  ['TCP', { Type: 'TCP', Port: 53 }, { type: 'TCP', port: 53 }],
  [
    'a name',
    { IPAddress: null, FullyQualifiedDomainName: 'App.Example.org.' },
    { ipAddress: undefined, fullyQualifiedDomainName: 'app.example.org' },
  ],
  ['three regions', { Regions: ['us-east-1', 'eu-west-1', 'sa-east-1'] }, { regions: ['us-east-1', 'eu-west-1', 'sa-east-1'] }],
  ['the wrong way round', { Inverted: true }, { inverted: true }],
  ['not at all', { Disabled: true, Inverted: 'true' }, { disabled: true, inverted: true }],
  ['an alarm', { Type: 'CLOUDWATCH_METRIC' }, { id: 'C1', type: 'CLOUDWATCH_METRIC', insufficientData: 'LastKnownStatus' }],
  [
    'an alarm without data',
    { Type: 'CLOUDWATCH_METRIC', InsufficientDataHealthStatus: 'Unhealthy' },
    { insufficientData: 'Unhealthy' },
  ],
  ['a routing control', { Type: 'RECOVERY_CONTROL' }, { id: 'C1', type: 'RECOVERY_CONTROL' }],
])('a health check looks at %s', (_, config, expected) => {
  expect(readChecks(config).healthChecks).toEqual([expect.objectContaining(expected)]);
});

test('a check that looks at an endpoint neither inverts nor rests unless it is told so', () => {
  const [plain] = readChecks({ Inverted: false }).healthChecks;

  expect(plain).not.toHaveProperty('inverted');
  expect(plain).not.toHaveProperty('disabled');
});

test('a calculated check counts others, all of them unless it says how many are enough', () => {
  const children: Json[] = [{ Ref: 'C2' }, { 'Fn::GetAtt': ['C3', 'HealthCheckId'] }];

  const [some, , , all] = readChecks(
    { Type: 'CALCULATED', ChildHealthChecks: children, HealthThreshold: 1 },
    {},
    {},
    { Type: 'CALCULATED', ChildHealthChecks: children },
  ).healthChecks;

  expect(some).toEqual({ id: 'C1', type: 'CALCULATED', children: ['C2', 'C3'], threshold: 1 });
  expect(all).toMatchObject({ threshold: 2 });
});

test('what decides from outside is named', () => {
  const { skipped } = readChecks(
    { Type: 'CLOUDWATCH_METRIC' },
    { Type: 'RECOVERY_CONTROL' },
    { Type: 'CALCULATED', ChildHealthChecks: [{ Ref: 'C1' }, 'imported'] },
  );

  expect(skipped).toEqual([
    'health check C1 follows an alarm, which is not played and counts as quiet',
    'health check C2 follows a routing control, which is not played and counts as on',
    'health check C3 counts imported, which is in no template here: it is healthy',
  ]);
});

describe('mistakes: health checks', () => {
  const looksUp = { IPAddress: null, FullyQualifiedDomainName: 'WWW.example.com.' };

  test.each<[string, Template, string]>([
    [
      'of an unknown type',
      checks({ Type: 'PING' }),
      "health check C1 must have a Type of HTTP, HTTPS, HTTP_STR_MATCH, HTTPS_STR_MATCH, TCP, CALCULATED, CLOUDWATCH_METRIC, RECOVERY_CONTROL, got 'PING'",
    ],
    [
      'without an endpoint',
      checks({ IPAddress: null }),
      "health check C1 must look at an address or a name, got none: give it 'IPAddress' or 'FullyQualifiedDomainName'",
    ],
    ['of TCP without a port', checks({ Type: 'TCP', Port: null }), 'health check C1 must have a Port of 1 to 65535, got none'],
    ['with an interval of its own', checks({ RequestInterval: 15 }), "must have a RequestInterval of 10, 30, got '15'"],
    ['with an interval of nothing', checks({ RequestInterval: 0 }), "got '0'"],
    ['with too high a threshold', checks({ FailureThreshold: 11 }), 'must have a FailureThreshold of 1 to 10'],
    ['that count themselves', checks(calculated([{ Ref: 'C1' }])), 'health check C1 must count no calculated checks, got C1'],
    [
      'that count calculated ones',
      checks(calculated([{ Ref: 'C2' }]), calculated([{ Ref: 'C3' }]), {}),
      'health check C1 must count no calculated checks, got C2: list the checks that C2 counts',
    ],
    [
      'that count nothing',
      checks(calculated([])),
      "health check C1 must count 1 to 256 checks, got none: list them in 'ChildHealthChecks'",
    ],
    [
      'that count something else',
      { Resources: { ...withRecords([a()]).Resources, C1: check(calculated([{ Ref: 'R1' }])) } },
      'health check C1 must count health checks, got R1 (AWS::Route53::RecordSet)',
    ],
    [
      'with a threshold that is no number',
      checks(calculated([{ Ref: 'C2' }], { HealthThreshold: 'two' }), {}),
      'must have a HealthThreshold of 0 to 256',
    ],
    [
      'of an alarm with a state of its own',
      checks({ Type: 'CLOUDWATCH_METRIC', InsufficientDataHealthStatus: 'Maybe' }),
      'InsufficientDataHealthStatus of Healthy, Unhealthy, LastKnownStatus',
    ],
    [
      'that look up the name they judge',
      withRecords([a(CHECKED)], { Check: check(looksUp) }),
      'record R1 must be judged by a health check of something else than its own name, got Check, which looks up www.example.com',
    ],
    [
      'that count one that looks up the name they judge',
      withRecords([a(CHECKED)], { Check: check(calculated([{ Ref: 'Own' }])), Own: check(looksUp) }),
      'got Own, which looks up www.example.com',
    ],
  ])('%s', (_, template, message) => {
    expect(() => read(template)).toThrow(UsageError);
    expect(() => read(template)).toThrow(message);
  });

  test('may say the name to the address that they look at', () => {
    expect(() =>
      read(withRecords([a(CHECKED)], { Check: check({ FullyQualifiedDomainName: 'www.example.com' }) })),
    ).not.toThrow();
  });
});
