import { CfnParameter, Duration, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type IAddressSource, MultivalueEndpoint, ProxyFleet, ProxyHealthCheck, ProxyTargets, VirtualIp } from 'cdk-proxy-fleet';
import { Construct } from 'constructs';
import { fleetOf, warningsOf, zoneOf } from './fixture';

const far = (stack: Stack, addresses: string[]) => ProxyFleet.fromProxyFleetAttributes(stack, 'Far', { ipAddresses: addresses });

test('one record and one health check for each slot, with the budget beside them', () => {
  const { stack, fleet } = fleetOf();

  const www = new MultivalueEndpoint(stack, 'Www', { zone: zoneOf(stack), recordName: 'www', addresses: fleet });

  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::Route53::RecordSet', 3);
  template.resourceCountIs('AWS::Route53::HealthCheck', 3);
  template.allResourcesProperties('AWS::Route53::RecordSet', {
    Name: 'www.example.org.',
    MultiValueAnswer: true,
    TTL: '60',
    Type: 'A',
  });
  expect(www.domainName).toBe('www.example.org');
  expect(www.failoverBudget.total.toSeconds()).toBe(118);
  expect(www.failoverBudget.formula).toBe('detection 48 s + propagation 10 s (assumed) + ttl 60 s = 118 s');
});

test('a virtual IP is published by one record that waits for a holder', () => {
  const { stack, fleet } = fleetOf();
  const vip = new VirtualIp(stack, 'Vip', { fleet });

  new MultivalueEndpoint(stack, 'App', { zone: zoneOf(stack), recordName: 'app.example.org.', addresses: vip });

  const template = Template.fromStack(stack);
  const [record] = Object.values(template.findResources('AWS::Route53::RecordSet'));
  const [holder] = Object.keys(template.findResources('Custom::ProxyFleetVirtualIp'));
  expect(record?.DependsOn).toContain(holder);
  expect(record?.Properties.Name).toBe('app.example.org.');
  template.hasResourceProperties('Custom::ProxyFleetVirtualIp', { ReleaseDelaySeconds: '60' });
});

test('the budget follows interval, threshold, kind of check and TTL', () => {
  const { stack, fleet } = fleetOf();
  const zone = zoneOf(stack);
  const total = (id: string, healthCheck: ProxyHealthCheck, ttl: number) =>
    new MultivalueEndpoint(stack, id, {
      zone,
      recordName: id,
      addresses: fleet,
      healthCheck,
      ttl: Duration.seconds(ttl),
    }).failoverBudget.total.toSeconds();

  expect(total('slow', ProxyHealthCheck.http({ interval: Duration.seconds(30) }), 60)).toBe(3 * 36 + 10 + 60);
  expect(total('quick', ProxyHealthCheck.https({ failureThreshold: 1, port: 80 }), 10)).toBe(16 + 10 + 10);
  expect(total('tcp', ProxyHealthCheck.tcp({ port: 80 }), 60)).toBe(3 * 20 + 10 + 60);
});

test('a health check that does not see a drain is warned of, unless addresses move before a proxy stops', () => {
  const { stack, fleet } = fleetOf();
  const zone = zoneOf(stack);
  const publish = (id: string, addresses: IAddressSource, healthCheck: ProxyHealthCheck) =>
    new MultivalueEndpoint(stack, id, { zone, recordName: id, addresses, healthCheck });
  publish('default', fleet, ProxyHealthCheck.http({ interval: Duration.seconds(30) }));
  publish('vip', new VirtualIp(stack, 'Vip', { fleet }), ProxyHealthCheck.http({ port: 80 }));
  publish('token', fleet, ProxyHealthCheck.http({ port: Token.asNumber({ Ref: 'Port' }) }));
  expect(warningsOf(stack).filter((text) => text.includes('drainUnseen'))).toEqual([]);

  publish('path', fleet, ProxyHealthCheck.http({ path: '/livez' }));
  publish('secure', fleet, ProxyHealthCheck.https({ port: 80 }));
  expect(warningsOf(stack).filter((text) => text.includes('drainUnseen'))).toEqual([
    expect.stringContaining('only /healthz over HTTP at port 8404 tells that a proxy drains'),
    expect.stringContaining('use ProxyHealthCheck.http() without port and path'),
  ]);
});

describe('bad input', () => {
  test.each<[string, Partial<ConstructorParameters<typeof MultivalueEndpoint>[2]>, string]>([
    [
      'TTL 0',
      { ttl: Duration.seconds(0) },
      'ttl must be a whole number of seconds, 1 at least, got 0: use Duration.seconds(60) [Test/Www]',
    ],
    [
      'a name outside of its zone',
      { recordName: 'www.example.net.' },
      "recordName must be within the zone 'example.org', got 'www.example.net': leave out the dot at its end [Test/Www]",
    ],
    [
      'an interval of 20 s',
      { healthCheck: ProxyHealthCheck.http({ interval: Duration.seconds(20) }) },
      'must be 10 or 30 seconds, got 20',
    ],
    [
      'a threshold of 11',
      { healthCheck: ProxyHealthCheck.http({ failureThreshold: 11 }) },
      'failureThreshold must be a whole number from 1 to 10, got 11',
    ],
    [
      'a port of 0',
      { healthCheck: ProxyHealthCheck.http({ port: 0 }) },
      'port of a health check must be a whole number from 1 to 65535, got 0',
    ],
    ['a path without a slash', { healthCheck: ProxyHealthCheck.http({ path: 'healthz' }) }, "must start with '/'"],
  ])('%s is refused', (_, props, message) => {
    const { stack, fleet } = fleetOf();

    expect(() => new MultivalueEndpoint(stack, 'Www', { zone: zoneOf(stack), addresses: fleet, ...props })).toThrow(message);
  });

  test.each([
    ['10.0.0.1', "a Route 53 health check reaches public addresses only, got '10.0.0.1'"],
    ['172.31.255.1', 'public addresses only'],
    ['100.64.0.1', 'public addresses only'],
    ['239.1.1.1', 'public addresses only'],
    ['300.1.1.1', "address must be IPv4, got '300.1.1.1'"],
  ])('the address %s is refused', (address, message) => {
    const stack = new Stack();

    expect(() => new MultivalueEndpoint(stack, 'Www', { zone: zoneOf(stack), addresses: far(stack, [address]) })).toThrow(
      message,
    );
  });

  test('neighbours of private networks are public', () => {
    const stack = new Stack();
    const addresses = far(stack, [
      '9.255.255.255',
      '11.0.0.0',
      '172.15.0.1',
      '172.32.0.1',
      '192.167.1.1',
      '100.63.0.1',
      '100.128.0.1',
    ]);

    expect(() => new MultivalueEndpoint(stack, 'Www', { zone: zoneOf(stack), addresses })).not.toThrow();
  });

  test('more than 100 records of a name, and one address twice', () => {
    const stack = new Stack();
    const many = Array.from({ length: 101 }, (_, index) => `203.0.113.${index}`);

    expect(() => new MultivalueEndpoint(stack, 'A', { zone: zoneOf(stack), addresses: far(stack, many) })).toThrow(
      'a name has at most 100 multivalue records, got 101: spread the fleet over several names',
    );
    expect(
      () =>
        new MultivalueEndpoint(stack, 'B', {
          zone: zoneOf(new Stack()),
          addresses: ProxyFleet.fromProxyFleetAttributes(stack, 'Twice', { ipAddresses: ['203.0.113.1', '203.0.113.1'] }),
        }),
    ).toThrow("ipAddress must be unique within a name, got '203.0.113.1' twice");
  });

  test('a health check of a port on which nothing answers', () => {
    const { stack, fleet } = fleetOf();
    new MultivalueEndpoint(stack, 'Www', {
      zone: zoneOf(stack),
      addresses: fleet,
      healthCheck: ProxyHealthCheck.http({ port: 9000 }),
    });

    expect(() => Template.fromStack(stack)).toThrow(
      'port of a health check must be one on which the proxies answer (8404, 80), got 9000',
    );
  });

  test('a health check of a listener that is added later is fine', () => {
    const { stack, fleet } = fleetOf();
    new MultivalueEndpoint(stack, 'Www', {
      zone: zoneOf(stack),
      addresses: fleet,
      healthCheck: ProxyHealthCheck.http({ port: 8080 }),
    });
    fleet.addListener('Later', { port: 8080 }).addTargets('T', { targets: ProxyTargets.dnsName('app.example.org'), port: 80 });

    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

test('tokens pass, and the budget calls what it cannot know an assumption', () => {
  const { stack, fleet } = fleetOf();
  const parameter = (id: string) => new CfnParameter(stack, id, { type: 'Number' }).valueAsNumber;

  const www = new MultivalueEndpoint(stack, 'Www', {
    zone: zoneOf(stack),
    addresses: fleet,
    ttl: Duration.seconds(parameter('Ttl')),
    healthCheck: ProxyHealthCheck.http({
      interval: Duration.seconds(parameter('Interval')),
      failureThreshold: parameter('Threshold'),
      port: parameter('Port'),
    }),
  });

  Template.fromStack(stack).allResourcesProperties('AWS::Route53::HealthCheck', {
    HealthCheckConfig: { RequestInterval: { Ref: 'Interval' }, FailureThreshold: { Ref: 'Threshold' }, Port: { Ref: 'Port' } },
  });
  expect(www.failoverBudget.terms.map((term) => term.assumed)).toEqual([true, true, true]);
});

test('warnings tell of risks: TCP checks, TTLs above 60 s and below 10 s', () => {
  const { stack, fleet } = fleetOf();
  const zone = zoneOf(stack);
  new MultivalueEndpoint(stack, 'Long', { zone, recordName: 'a', addresses: fleet, ttl: Duration.seconds(300) });
  new MultivalueEndpoint(stack, 'Short', { zone, recordName: 'b', addresses: fleet, ttl: Duration.seconds(5) });
  new MultivalueEndpoint(stack, 'Tcp', { zone, recordName: 'c', addresses: fleet, healthCheck: ProxyHealthCheck.tcp() });

  expect(warningsOf(stack)).toEqual([
    expect.stringMatching(/^\/Test\/Long: ttl of 300 s keeps clients/),
    expect.stringMatching(/^\/Test\/Short: ttl of 5 s costs/),
    expect.stringMatching(/^\/Test\/Tcp: a TCP health check notices a black hole 6 s x failureThreshold later/),
  ]);
});

test('fleets of one id publish under one name without getting in each other’s way', () => {
  const stack = new Stack();
  const zone = zoneOf(stack);
  const far = (scope: string, ipAddress: string) =>
    ProxyFleet.fromProxyFleetAttributes(new Construct(stack, scope), 'Edge', { ipAddresses: [ipAddress] });

  new MultivalueEndpoint(stack, 'A', { zone, recordName: 'www', addresses: far('One', '203.0.113.1') });
  new MultivalueEndpoint(stack, 'B', { zone, recordName: 'www', addresses: far('Two', '203.0.113.2') });

  const records = Object.values(Template.fromStack(stack).findResources('AWS::Route53::RecordSet'));
  expect(new Set(records.map(({ Properties }) => Properties.SetIdentifier)).size).toBe(2);
});

test('a set identifier has at most 128 characters, however long the path of its address is', () => {
  const stack = new Stack();
  const scope = new Construct(stack, 'x'.repeat(200));
  const addresses = ProxyFleet.fromProxyFleetAttributes(scope, 'Edge', { ipAddresses: ['203.0.113.1', '203.0.113.2'] });

  new MultivalueEndpoint(stack, 'Www', { zone: zoneOf(stack), addresses });

  const records = Object.values(Template.fromStack(stack).findResources('AWS::Route53::RecordSet'));
  const identifiers = records.map(({ Properties }) => Properties.SetIdentifier as string);
  expect(new Set(identifiers).size).toBe(2);
  expect(identifiers.every(({ length }) => length <= 128)).toBe(true);
});

test('a TTL for which no delete can wait is refused for a virtual IP', () => {
  const { stack, fleet } = fleetOf();
  const vip = new VirtualIp(stack, 'Vip', { fleet });

  expect(() => new MultivalueEndpoint(stack, 'App', { zone: zoneOf(stack), addresses: vip, ttl: Duration.hours(1) })).toThrow(
    "ttl of a virtual IP's record must be at most 600 s, for which a delete can wait, got 3600: use Duration.seconds(60) [Test/App]",
  );
});
