import { CfnParameter, Duration, Fn, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  MultivalueEndpoint,
  type MultivalueEndpointProps,
  ProxyFleet,
  ProxyHealthCheck,
  VirtualIp,
  VirtualIpPool,
} from 'cdk-proxy-fleet';
import { fleetOf, warningsOf, zoneOf } from './fixture';

const seconds = Duration.seconds;
const far = (stack: Stack) => ProxyFleet.fromProxyFleetAttributes(stack, 'Far', { ipAddresses: ['203.0.113.1', '203.0.113.2'] });

/** Warnings of an endpoint with these props over a fleet elsewhere, without their path. */
function endpointWarnings(props: Partial<MultivalueEndpointProps>): string[] {
  const stack = new Stack(undefined, 'Test');
  new MultivalueEndpoint(stack, 'Www', { zone: zoneOf(stack), addresses: far(stack), ...props });
  return warningsOf(stack)
    .filter((warning) => warning.includes('maxOutage'))
    .map((warning) => warning.replace('/Test/Www: ', ''));
}

/** Warnings of a fleet's stack about budgets, with their path. */
const budgetWarnings = (stack: Stack) => warningsOf(stack).filter((warning) => warning.includes('maxOutage'));

describe('where a budget stands', () => {
  const { stack, fleet } = fleetOf({ zones: 2 });
  const www = new MultivalueEndpoint(stack, 'Www', { zone: zoneOf(stack), recordName: 'www', addresses: fleet });
  const pool = new VirtualIpPool(stack, 'Vips', { fleet });

  test('an output below each endpoint and each virtual IP', () => {
    const outputs = Object.entries(Template.fromStack(stack).findOutputs('*')).map(([id, { Value }]) => [id, Value]);

    expect(outputs).toEqual([
      [expect.stringMatching(/^WwwFailoverBudget\w{8}$/), www.failoverBudget.formula],
      [expect.stringMatching(/^Vips1FailoverBudget\w{8}$/), pool.failoverBudget.formula],
      [expect.stringMatching(/^Vips2FailoverBudget\w{8}$/), pool.failoverBudget.formula],
    ]);
  });

  test('metadata with numbers and formula', () => {
    const found = [www, ...pool.virtualIps].map(({ node }) =>
      node.metadata.filter(({ type }) => type === 'cdk-proxy-fleet:failover-budget').map(({ data }) => data),
    );

    const { terms, formula } = www.failoverBudget;
    expect(found[0]).toEqual([{ terms, totalSeconds: 118, formula }]);
    expect(found.slice(1)).toEqual(Array(2).fill([{ ...found[1]?.[0], totalSeconds: 21 }]));
  });
});

describe('a name that exceeds maxOutage is told the cheapest prop that helps', () => {
  const slow = ProxyHealthCheck.http({ interval: seconds(30) });

  test.each<[string, Partial<MultivalueEndpointProps>, string]>([
    ['the TTL first', { maxOutage: seconds(90) }, 'set ttl to Duration.seconds(32)'],
    ['the TTL as short as resolvers keep to', { maxOutage: seconds(68) }, 'set ttl to Duration.seconds(10)'],
    ['the interval', { healthCheck: slow, maxOutage: seconds(118) }, 'set healthCheck.interval to Duration.seconds(10)'],
    ['the threshold', { ttl: seconds(10), maxOutage: seconds(60) }, 'set healthCheck.failureThreshold to 2'],
    [
      'another type of check',
      { healthCheck: ProxyHealthCheck.tcp(), ttl: seconds(10), maxOutage: seconds(70) },
      'set healthCheck to one of ProxyHealthCheck.http()',
    ],
    [
      'two when one is not enough',
      { maxOutage: seconds(60) },
      'set ttl to Duration.seconds(18) and healthCheck.failureThreshold to 2',
    ],
    [
      'all that there are',
      { healthCheck: slow, maxOutage: seconds(36) },
      'set ttl to Duration.seconds(10) and healthCheck.interval to Duration.seconds(10) and healthCheck.failureThreshold to 1',
    ],
    [
      'a virtual IP where DNS cannot',
      { maxOutage: seconds(30) },
      'DNS cannot, it takes 36 s with the quickest health check and a ttl that resolvers keep to, but a VirtualIp can, which takes 21 s',
    ],
    [
      'nothing where nothing can',
      { maxOutage: seconds(5) },
      'DNS cannot, it takes 36 s with the quickest health check and a ttl that resolvers keep to, and a VirtualIp takes 21 s, ' +
        'which every maxOutage must allow for',
    ],
  ])('%s', (_, props, advice) => {
    const [warning = '', ...more] = endpointWarnings(props);

    expect(more).toEqual([]);
    expect(warning).toMatch(/^detection \d+ s \+ propagation 10 s \(assumed\) \+ ttl \d+ s = \d+ s exceeds maxOutage of \d+ s/);
    expect(warning.replace(/^.*?: /, '')).toContain(advice);
  });

  test('and that only what is assumed is in the way, where it is so', () => {
    expect(endpointWarnings({ maxOutage: seconds(110) })).toEqual([
      expect.stringContaining(
        'exceeds maxOutage of 110 s because of what is assumed (propagation): set ttl to Duration.seconds(52)',
      ),
    ]);
    expect(endpointWarnings({ maxOutage: seconds(107) })).toEqual([
      expect.stringContaining('exceeds maxOutage of 107 s: set ttl'),
    ]);
  });

  test('and that its virtual IPs keep what DNS cannot', () => {
    const { stack, fleet } = fleetOf();
    const pool = new VirtualIpPool(stack, 'Vips', { fleet });
    const zone = zoneOf(stack);

    new MultivalueEndpoint(stack, 'App', { zone, recordName: 'app', addresses: pool, maxOutage: seconds(30) });
    new MultivalueEndpoint(stack, 'Api', {
      zone,
      recordName: 'api',
      addresses: pool.virtualIps[0] as VirtualIp,
      maxOutage: seconds(20),
    });

    expect(budgetWarnings(stack)).toEqual([
      expect.stringMatching(
        /^\/Test\/App: .*The virtual IPs behind the name keep it \(21 s\) while EC2 can move them: maxOutage may be theirs/,
      ),
      expect.stringMatching(/^\/Test\/Api: .*which every maxOutage must allow for \[/),
    ]);
  });
});

describe('a virtual IP that exceeds maxOutage', () => {
  test('is told of its heartbeat, a pool once for all', () => {
    const { stack, fleet } = fleetOf();

    new VirtualIpPool(stack, 'Vips', { fleet, heartbeat: seconds(2), maxOutage: seconds(25.5) });

    expect(budgetWarnings(stack)).toEqual([
      expect.stringMatching(
        /^\/Test\/Vips: detection 8 s \+ decision 10 s \(assumed\) \+ address move 10 s \(assumed\) = 28 s exceeds maxOutage of 25.5 s because of what is assumed \(decision, address move\): set heartbeat of the fleet's virtual IPs to Duration.millis\(1250\)/,
      ),
    ]);
  });

  test('is told when no prop helps', () => {
    const { stack, fleet } = fleetOf();

    new VirtualIp(stack, 'Vip', { fleet, maxOutage: seconds(20) });

    expect(budgetWarnings(stack)).toEqual([
      expect.stringContaining('no prop makes a takeover quicker than 21 s, which every maxOutage must allow for'),
    ]);
  });
});

describe('nothing is said', () => {
  test('when the budget is just kept', () => {
    const { stack, fleet } = fleetOf();

    new VirtualIpPool(stack, 'Vips', { fleet, maxOutage: seconds(21) });

    expect(budgetWarnings(stack)).toEqual([]);
    expect(endpointWarnings({ maxOutage: seconds(118) })).toEqual([]);
    expect(endpointWarnings({ healthCheck: ProxyHealthCheck.http({ failureThreshold: 10 }) })).toEqual([]);
  });

  test.each<[string, (number: number) => Partial<MultivalueEndpointProps>]>([
    ['maxOutage', (number) => ({ maxOutage: seconds(number) })],
    ['the TTL', (number) => ({ ttl: seconds(number), maxOutage: seconds(1) })],
    ['the interval', (number) => ({ healthCheck: ProxyHealthCheck.http({ interval: seconds(number) }), maxOutage: seconds(1) })],
    ['the threshold', (number) => ({ healthCheck: ProxyHealthCheck.http({ failureThreshold: number }), maxOutage: seconds(1) })],
  ])('when only a deploy knows %s', (_, props) => {
    expect(endpointWarnings(props(Token.asNumber(Fn.importValue('Figure'))))).toEqual([]);
  });

  test('when only a deploy knows the maxOutage of a virtual IP', () => {
    const { stack, fleet } = fleetOf();

    new VirtualIp(stack, 'Vip', { fleet, maxOutage: seconds(Token.asNumber(Fn.importValue('Figure'))) });

    expect(budgetWarnings(stack)).toEqual([]);
  });
});

test('the default of a parameter counts, as an assumption', () => {
  const stack = new Stack();
  const number = (id: string, value: unknown) => new CfnParameter(stack, id, { type: 'Number', default: value }).valueAsNumber;

  const www = new MultivalueEndpoint(stack, 'Www', {
    zone: zoneOf(stack),
    addresses: far(stack),
    ttl: seconds(number('Ttl', '300')),
    healthCheck: ProxyHealthCheck.http({ interval: seconds(number('Interval', 10)), failureThreshold: number('Threshold', 'x') }),
  });

  expect(www.failoverBudget.formula).toBe('detection 160 s (assumed) + propagation 10 s (assumed) + ttl 300 s (assumed) = 470 s');
});
