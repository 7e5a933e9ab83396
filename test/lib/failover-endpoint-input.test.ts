import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { FailoverBranch, FailoverEndpoint, MultivalueEndpoint, ProxyFleet, ProxyHealthCheck } from 'cdk-proxy-fleet';
import { fleetOf, warningsOf, zoneOf } from './fixture';

const elsewhere = (...addresses: string[]) => FailoverBranch.ipAddresses(addresses.length > 0 ? addresses : ['203.0.113.7']);

const parameter = (stack: Stack, id: string) => new CfnParameter(stack, id, { type: 'Number' }).valueAsNumber;

describe('bad input', () => {
  const one = { healthCheck: ProxyHealthCheck.http() };
  const primary = FailoverBranch.ipAddresses(['203.0.113.1'], one);
  const make = (props: Partial<ConstructorParameters<typeof FailoverEndpoint>[2]>) => {
    const stack = new Stack(new App(), 'Test');
    return new FailoverEndpoint(stack, 'Shop', { zone: zoneOf(stack), primary, secondary: elsewhere(), ...props });
  };

  test.each<[string, Partial<ConstructorParameters<typeof FailoverEndpoint>[2]>, string]>([
    [
      'a primary without a health check',
      { primary: elsewhere() },
      'a primary needs a health check, got ipAddresses() without one: give healthCheck [Test/Shop/Primary]',
    ],
    [
      'one branch in both roles',
      { primary, secondary: primary },
      "secondary must lead elsewhere than primary, got '203.0.113.1' in both: it fails together with the primary [Test/Shop]",
    ],
    ['no address', { secondary: FailoverBranch.ipAddresses([]) }, 'addresses must hold at least 1 address, got 0'],
    ['no checked address', { primary: FailoverBranch.ipAddresses([], one) }, 'addresses must hold at least 1 address, got 0'],
    [
      'an address twice',
      { secondary: elsewhere('203.0.113.7', '203.0.113.7') },
      "ipAddress must be unique within a name, got '203.0.113.7' twice",
    ],
    [
      'a private address with a health check',
      { primary: FailoverBranch.ipAddresses(['10.0.0.7'], one) },
      "a Route 53 health check reaches public addresses only, got '10.0.0.7'",
    ],
    [
      'a private address in a group',
      { secondary: FailoverBranch.ipAddresses(['203.0.113.7', '192.168.0.7'], one) },
      "a Route 53 health check reaches public addresses only, got '192.168.0.7'",
    ],
    ['a name for an address', { secondary: elsewhere('shop.example.com') }, "address must be IPv4, got 'shop.example.com'"],
    ['TTL 0', { ttl: Duration.seconds(0) }, 'ttl must be a whole number of seconds, 1 at least, got 0'],
    [
      'a threshold of 11',
      { primary: FailoverBranch.ipAddresses(['203.0.113.1'], { healthCheck: ProxyHealthCheck.http({ failureThreshold: 11 }) }) },
      'failureThreshold must be a whole number from 1 to 10, got 11',
    ],
    [
      'a name of another zone',
      { recordName: 'shop.example.com.' },
      "recordName must be within the zone 'example.org', got 'shop.example.com': leave out the dot at its end",
    ],
  ])('%s is refused', (_, props, message) => {
    expect(() => make(props)).toThrow(message);
  });

  test.each([
    [0, 'got 0'],
    [4, 'got 4'],
    [1.5, 'got 1.5'],
  ])('minHealthy of %s for three addresses is refused', (minHealthy, got) => {
    const { stack, fleet } = fleetOf();
    const shop = () =>
      new FailoverEndpoint(stack, 'Shop', {
        zone: zoneOf(stack),
        primary: FailoverBranch.addresses(fleet, { minHealthy }),
        secondary: elsewhere(),
      });

    expect(shop).toThrow(
      `minHealthy must be a whole number from 1 to 3, ${got}: ask for as many as the branch has addresses, or fewer [Test/Shop/Primary]`,
    );
  });

  test('all addresses may be required', () => {
    const { stack, fleet } = fleetOf();
    const primary = FailoverBranch.addresses(fleet, { minHealthy: 3 });

    expect(() => new FailoverEndpoint(stack, 'Shop', { zone: zoneOf(stack), primary, secondary: elsewhere() })).not.toThrow();
  });

  test('a list of addresses of unknown length is refused', () => {
    const stack = new Stack();
    const list = new CfnParameter(stack, 'Addresses', { type: 'CommaDelimitedList' }).valueAsList;

    expect(() => make({ secondary: FailoverBranch.ipAddresses(list) })).toThrow('ipAddresses must be a list of known length');
  });

  test('a health check of a port on which nothing answers is refused', () => {
    const { stack, fleet } = fleetOf();
    const primary = FailoverBranch.addresses(fleet, { healthCheck: ProxyHealthCheck.http({ port: 9000 }) });
    new FailoverEndpoint(stack, 'Shop', { zone: zoneOf(stack), primary, secondary: elsewhere() });

    expect(() => Template.fromStack(stack)).toThrow('must be one on which the proxies answer (8404, 80), got 9000');
  });
});

describe('a name has one owner', () => {
  const shared = (other: (stack: Stack, zone: route53.IHostedZone, fleet: ProxyFleet) => unknown) => () => {
    const { stack, fleet } = fleetOf();
    const zone = zoneOf(stack);
    new FailoverEndpoint(stack, 'Shop', {
      zone,
      recordName: 'shop',
      primary: FailoverBranch.addresses(fleet),
      secondary: elsewhere(),
    });
    other(stack, zone, fleet);
    return Template.fromStack(stack);
  };
  const multivalue = (recordName: string) => (stack: Stack, zone: route53.IHostedZone, addresses: ProxyFleet) =>
    new MultivalueEndpoint(stack, 'Www', { zone, recordName, addresses });

  test('another endpoint of the same name is refused', () => {
    expect(shared(multivalue('Shop'))).toThrow(
      "a name must have one owner, got 'Shop.example.org.' (A) at 'Test/Www/Edge-slot-1/Record/Resource', too: choose another recordName",
    );
  });

  test('a second use of the name of a branch is refused', () => {
    expect(shared(multivalue('primary.shop'))).toThrow("a name must have one owner, got 'primary.shop.example.org.' (A)");
  });

  test('a CNAME beside it is refused', () => {
    const cname = (scope: Stack, zone: route53.IHostedZone) =>
      new route53.CnameRecord(scope, 'Cname', { zone, recordName: 'shop', domainName: 'example.com' });

    expect(shared(cname)).toThrow("got 'shop.example.org.' (CNAME) at 'Test/Cname/Resource'");
  });

  test('names that no branch uses, other types and other zones are free', () => {
    expect(
      shared((stack, zone, fleet) => {
        multivalue('secondary.shop')(stack, zone, fleet);
        new route53.TxtRecord(stack, 'Text', { zone, recordName: 'shop', values: ['v=1'] });
        new route53.ARecord(stack, 'Elsewhere', {
          zone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Other', { hostedZoneId: 'Z1', zoneName: 'example.org' }),
          recordName: 'shop',
          target: route53.RecordTarget.fromIpAddresses('203.0.113.1'),
        });
      }),
    ).not.toThrow();
  });
});

test('tokens pass in every property', () => {
  const stack = new Stack();
  const text = (id: string) => new CfnParameter(stack, id).valueAsString;
  const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
    hostedZoneId: text('ZoneId'),
    zoneName: text('ZoneName'),
  });
  const far = ProxyFleet.fromProxyFleetAttributes(stack, 'Far', { ipAddresses: [text('First'), text('Second')] });
  const healthCheck = ProxyHealthCheck.http({
    interval: Duration.seconds(parameter(stack, 'Interval')),
    failureThreshold: parameter(stack, 'Threshold'),
    port: parameter(stack, 'Port'),
  });

  const shop = new FailoverEndpoint(stack, 'Shop', {
    zone,
    recordName: text('Name'),
    ttl: Duration.seconds(parameter(stack, 'Ttl')),
    primary: FailoverBranch.addresses(far, { healthCheck, minHealthy: parameter(stack, 'MinHealthy') }),
    secondary: FailoverBranch.ipAddresses([text('Third')]),
  });

  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Route53::HealthCheck', {
    HealthCheckConfig: { Type: 'CALCULATED', HealthThreshold: { Ref: 'MinHealthy' } },
  });
  template.hasResourceProperties('AWS::Route53::RecordSet', {
    Failover: 'PRIMARY',
    AliasTarget: { DNSName: { 'Fn::Join': ['', ['primary.', { Ref: 'Name' }, '.', { Ref: 'ZoneName' }]] } },
  });
  template.hasResourceProperties('AWS::Route53::RecordSet', { Failover: 'SECONDARY', TTL: { Ref: 'Ttl' } });
  expect(shop.failoverBudget.terms.map((term) => term.assumed)).toEqual([true, true, true]);
});

test('warnings tell once of a TTL and of a private address that nothing checks', () => {
  const stack = new Stack(new App(), 'Test');
  new FailoverEndpoint(stack, 'Shop', {
    zone: zoneOf(stack),
    ttl: Duration.seconds(300),
    primary: FailoverBranch.ipAddresses(['203.0.113.1'], { healthCheck: ProxyHealthCheck.http() }),
    secondary: elsewhere('10.0.0.7'),
  });

  expect(warningsOf(stack)).toEqual([
    expect.stringMatching(/^\/Test\/Shop: ttl of 300 s keeps clients/),
    expect.stringMatching(/^\/Test\/Shop\/Secondary: 10\.0\.0\.7 is reached from inside its own network only/),
  ]);
});
