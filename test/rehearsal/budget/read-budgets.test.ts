import { readBudgets } from '../../../rehearsal/budget/read-budgets';
import type { Template } from '../../../rehearsal/template/load-template';
import { a, aliasTo, CHECKED, check, type Properties, withRecords } from '../template/dns-template';

const ASSUMPTIONS = { propagationSeconds: 10, addressMoveSeconds: 10 };
const budgetsOf = (template: Template) => readBudgets({ stack: 'S', template }, ASSUMPTIONS).budgets;
const formulas = (template: Template) => budgetsOf(template).map(({ entry, by, formula }) => `${entry} ${by}: ${formula}`);

const slot = (SetIdentifier: string, other: Properties = {}) =>
  a({ MultiValueAnswer: true, SetIdentifier, ResourceRecords: [`203.0.113.${SetIdentifier}`], ...CHECKED, ...other });
const slots = (other: Properties = {}) => [slot('1', other), slot('2', other)];
const judgedBy = (id: string) => ({ HealthCheckId: { Ref: id } });

test('a multivalue name takes as long as the slowest of its records', () => {
  const slow = check({ RequestInterval: 30, FailureThreshold: 2, Type: 'TCP' });
  const records = [slot('1'), slot('2', judgedBy('Slow'))];

  expect(formulas(withRecords(records, { Check: check(), Slow: slow }))).toEqual([
    'www.example.com DNS: detection 80 s + propagation 10 s (assumed) + ttl 60 s = 150 s',
  ]);
});

test('a string takes two seconds more a look, and a calculated check as long as the slowest that it counts', () => {
  const searching = check({ Type: 'HTTP_STR_MATCH', SearchString: 'ok' });
  const counting = { Type: 'CALCULATED', ChildHealthChecks: [{ Ref: 'Check' }, { Ref: 'Searching' }], HealthThreshold: 1 };
  const others = {
    Check: check(),
    Searching: searching,
    Count: { Type: 'AWS::Route53::HealthCheck', Properties: { HealthCheckConfig: counting } },
  };

  expect(formulas(withRecords(slots(judgedBy('Count')), others))).toEqual([
    'www.example.com DNS: detection 54 s + propagation 10 s (assumed) + ttl 60 s = 124 s',
  ]);
});

test('of a name that fails over the primary counts, which is as slow as what it leads to', () => {
  const records = [
    aliasTo('pool.example.com', { Failover: 'PRIMARY', SetIdentifier: 'p' }),
    a({ Failover: 'SECONDARY', SetIdentifier: 's', TTL: '300' }),
    ...slots({ Name: 'pool.example.com', TTL: '30' }),
  ];

  expect(formulas(withRecords(records, { Check: check() }))).toEqual([
    'www.example.com DNS: detection 48 s + propagation 10 s (assumed) + ttl 30 s = 88 s',
    'pool.example.com DNS: detection 48 s + propagation 10 s (assumed) + ttl 30 s = 88 s',
  ]);
});

test('an alias to what AWS judges by ways of its own takes as long as the slowest health check, assumed', () => {
  const balancer = { DNSName: 'lb.eu-west-1.elb.amazonaws.com', HostedZoneId: 'Z32O12XQLNTSW2', EvaluateTargetHealth: true };
  const records = [
    { Name: 'www.example.com', Type: 'A', AliasTarget: balancer, Failover: 'PRIMARY', SetIdentifier: 'p' },
    a({ Failover: 'SECONDARY', SetIdentifier: 's' }),
  ];

  expect(formulas(withRecords(records))).toEqual([
    'www.example.com DNS: detection 400 s (assumed) + propagation 10 s (assumed) + ttl 60 s (assumed) = 470 s',
  ]);
});

describe('numbers that only a deploy knows', () => {
  const numbers = { RequestInterval: { Ref: 'Interval' }, FailureThreshold: { Ref: 'Threshold' } };
  const template = withRecords(slots({ TTL: { Ref: 'Ttl' } }), { Check: check(numbers) });

  test('count as the slowest that is allowed', () => {
    expect(formulas(template)).toEqual([
      'www.example.com DNS: detection 360 s (assumed) + propagation 10 s (assumed) + ttl 60 s (assumed) = 430 s',
    ]);
  });

  test('or as the default of their parameter', () => {
    const Parameters = { Interval: { Default: '10' }, Threshold: { Default: 2 }, Ttl: { Default: 20 } };

    expect(formulas({ ...template, Parameters })).toEqual([
      'www.example.com DNS: detection 32 s (assumed) + propagation 10 s (assumed) + ttl 20 s (assumed) = 62 s',
    ]);
  });
});

test.each<[string, Properties[], Template['Resources'], string]>([
  [
    'a record without a health check',
    [slot('1'), slot('2', { HealthCheckId: { Ref: 'AWS::NoValue' } })],
    { Check: check() },
    "record '2' of www.example.com has no health check and is never left out",
  ],
  [
    'a single record with a health check',
    [a(CHECKED)],
    { Check: check() },
    'its only A record is answered whatever its health check says',
  ],
  ['a disabled check', slots(), { Check: check({ Disabled: true }) }, 'health check Check is disabled'],
  [
    'an alarm',
    slots(),
    {
      Check: check({
        ...{ Type: 'CLOUDWATCH_METRIC', AlarmIdentifier: { Name: 'A', Region: 'us-east-1' } },
        ...{ IPAddress: { Ref: 'AWS::NoValue' }, Port: { Ref: 'AWS::NoValue' }, RequestInterval: { Ref: 'AWS::NoValue' } },
      }),
    },
    'health check Check follows an alarm, whose time nobody promises',
  ],
])('there is no bound where %s decides, and the reason is told', (_, records, resources, reason) => {
  const [budget] = budgetsOf(withRecords(records, resources));

  expect([budget?.totalSeconds, budget?.terms, budget?.formula]).toEqual([null, [], reason]);
});

test('a name that was never meant to lead elsewhere has none, and a template without any is refused', () => {
  expect(() => budgetsOf(withRecords([a()]))).toThrow(
    "'S' holds no virtual IP and no name with a health check, so nothing fails over: name a stack with either",
  );
});
