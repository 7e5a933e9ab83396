import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as route53 from 'aws-cdk-lib/aws-route53';
import {
  AddressRouting,
  FailoverBranch,
  FailoverEndpoint,
  MultivalueEndpoint,
  ProxyFleet,
  ProxyHealthCheck,
  VirtualIpPool,
} from 'cdk-proxy-fleet';
import { fleetOf, warningsOf, zoneOf } from './fixture';

type Properties = Record<string, unknown>;

const elsewhere = (...addresses: string[]) => FailoverBranch.ipAddresses(addresses.length > 0 ? addresses : ['203.0.113.7']);

/** Record sets of a stack by what follows the endpoint in their comment. */
function recordsOf(stack: Stack): { id: string; dependsOn: string[]; properties: Properties }[] {
  return Object.entries(Template.fromStack(stack).findResources('AWS::Route53::RecordSet')).map(([id, resource]) => ({
    id,
    dependsOn: resource.DependsOn ?? [],
    properties: resource.Properties,
  }));
}

const failoverRecordsOf = (stack: Stack) => recordsOf(stack).filter(({ properties }) => properties.Failover !== undefined);

const parameter = (stack: Stack, id: string) => new CfnParameter(stack, id, { type: 'Number' }).valueAsNumber;

describe('a fleet with a spare address', () => {
  const { stack, fleet } = fleetOf();
  const shop = new FailoverEndpoint(stack, 'Shop', {
    zone: zoneOf(stack),
    recordName: 'shop',
    primary: FailoverBranch.addresses(fleet),
    secondary: FailoverBranch.ipAddresses(['203.0.113.7'], { healthCheck: ProxyHealthCheck.http({ port: 80 }) }),
  });
  const template = Template.fromStack(stack);

  test('the primary is an alias that evaluates a multivalue group with a health check for each slot', () => {
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      Name: 'shop.example.org.',
      Type: 'A',
      Failover: 'PRIMARY',
      SetIdentifier: 'primary',
      AliasTarget: {
        DNSName: 'primary.shop.example.org',
        EvaluateTargetHealth: true,
        HostedZoneId: { Ref: Match.stringLikeRegexp('^Zone') },
      },
      TTL: Match.absent(),
      HealthCheckId: Match.absent(),
    });
    template.resourcePropertiesCountIs(
      'AWS::Route53::RecordSet',
      { Name: 'primary.shop.example.org.', MultiValueAnswer: true, TTL: '60', HealthCheckId: Match.anyValue() },
      3,
    );
    template.resourceCountIs('AWS::Route53::HealthCheck', 4);
  });

  test('the spare address is a secondary of its own with its own health check and the same TTL', () => {
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      Name: 'shop.example.org.',
      Failover: 'SECONDARY',
      SetIdentifier: 'secondary',
      ResourceRecords: ['203.0.113.7'],
      TTL: '60',
      HealthCheckId: Match.anyValue(),
      AliasTarget: Match.absent(),
    });
    template.hasResourceProperties('AWS::Route53::HealthCheck', {
      HealthCheckConfig: { IPAddress: '203.0.113.7', Port: 80, Type: 'HTTP' },
      HealthCheckTags: [{ Key: 'Name', Value: 'Test/Shop/Secondary/address-1' }],
    });
  });

  test('the alias waits for all records that it leads to', () => {
    const [primary] = failoverRecordsOf(stack);
    const group = recordsOf(stack).filter(({ properties }) => properties.MultiValueAnswer);

    expect(primary?.dependsOn).toEqual(expect.arrayContaining(group.map(({ id }) => id)));
  });

  test('nothing has to run at the moment of a failover', () => {
    const kinds = new Set(Object.values(template.toJSON().Resources as Record<string, { Type: string }>).map(({ Type }) => Type));

    expect([...kinds].filter((kind) => /Lambda|Custom|Step|Events/.test(kind))).toEqual([]);
  });

  test('its name and budget are known', () => {
    expect(shop.domainName).toBe('shop.example.org');
    expect(shop.failoverBudget.formula).toBe('detection 48 s + propagation 10 s (assumed) + ttl 60 s = 118 s');
    expect(warningsOf(stack)).toEqual([]);
  });
});

test('minHealthy is counted by a calculated check that must pass beside the group', () => {
  const { stack, fleet } = fleetOf();
  new FailoverEndpoint(stack, 'Shop', {
    zone: zoneOf(stack),
    primary: FailoverBranch.addresses(fleet, { minHealthy: 2 }),
    secondary: elsewhere(),
  });

  const checks = Template.fromStack(stack).findResources('AWS::Route53::HealthCheck');
  const [[count, calculated] = []] = Object.entries(checks).filter(
    ([, { Properties }]) => Properties.HealthCheckConfig.Type === 'CALCULATED',
  );
  const config = calculated?.Properties.HealthCheckConfig;
  const [primary] = failoverRecordsOf(stack);
  expect(config.HealthThreshold).toBe(2);
  expect(config.ChildHealthChecks).toHaveLength(3);
  expect(primary?.properties.HealthCheckId).toEqual({ Ref: count });
  expect(primary?.properties.AliasTarget).toMatchObject({ EvaluateTargetHealth: true });
});

test('one healthy address of many is enough by default and costs no check beyond', () => {
  const { stack, fleet } = fleetOf();

  new FailoverEndpoint(stack, 'Shop', {
    zone: zoneOf(stack),
    primary: FailoverBranch.addresses(fleet, { minHealthy: 1 }),
    secondary: elsewhere(),
  });

  Template.fromStack(stack).resourceCountIs('AWS::Route53::HealthCheck', 3);
});

test('a weighted group gives every address the same weight and has one TTL', () => {
  const { stack, fleet } = fleetOf();
  new FailoverEndpoint(stack, 'Shop', {
    zone: zoneOf(stack),
    recordName: 'shop',
    ttl: Duration.seconds(30),
    primary: FailoverBranch.addresses(fleet, { routing: AddressRouting.WEIGHTED }),
    secondary: elsewhere(),
  });

  Template.fromStack(stack).resourcePropertiesCountIs(
    'AWS::Route53::RecordSet',
    {
      Name: 'primary.shop.example.org.',
      Weight: 1,
      TTL: '30',
      MultiValueAnswer: Match.absent(),
      HealthCheckId: Match.anyValue(),
    },
    3,
  );
});

test('several checked addresses are a group, and the zone’s own name has its helper beside it', () => {
  const stack = new Stack();

  new FailoverEndpoint(stack, 'Apex', {
    zone: zoneOf(stack),
    primary: FailoverBranch.ipAddresses(['203.0.113.1', '203.0.113.2'], { healthCheck: ProxyHealthCheck.http() }),
    secondary: elsewhere('203.0.113.8', '203.0.113.9'),
  });

  const template = Template.fromStack(stack);
  template.resourcePropertiesCountIs('AWS::Route53::RecordSet', { Name: 'primary.example.org.', MultiValueAnswer: true }, 2);
  template.hasResourceProperties('AWS::Route53::RecordSet', {
    Name: 'example.org.',
    Failover: 'SECONDARY',
    ResourceRecords: ['203.0.113.8', '203.0.113.9'],
    HealthCheckId: Match.absent(),
  });
});

test('a pool of virtual IPs fails over to the slots’ own addresses once all of it is gone', () => {
  const { stack, fleet } = fleetOf({ zones: 2 });
  const vips = new VirtualIpPool(stack, 'Vips', { fleet });

  new FailoverEndpoint(stack, 'Shop', {
    zone: zoneOf(stack),
    recordName: 'shop',
    primary: FailoverBranch.addresses(vips),
    secondary: FailoverBranch.addresses(fleet),
  });

  const names = recordsOf(stack).map(({ properties }) => properties.Name);
  expect(names.filter((name) => name === 'primary.shop.example.org.')).toHaveLength(2);
  expect(names.filter((name) => name === 'secondary.shop.example.org.')).toHaveLength(2);
  Template.fromStack(stack).hasResourceProperties('Custom::ProxyFleetVirtualIp', { ReleaseDelaySeconds: '60' });
});

test('a fleet of another Region is published with its addresses', () => {
  const app = new App();
  const region = (name: string) =>
    new Stack(app, name, { env: { account: '111122223333', region: name }, crossRegionReferences: true });
  const far = ProxyFleet.fromProxyFleetAttributes(region('us-east-1'), 'Far', { ipAddresses: ['203.0.113.1', '203.0.113.2'] });
  const near = region('eu-central-1');

  new FailoverEndpoint(near, 'Shop', {
    zone: zoneOf(near),
    recordName: 'shop',
    primary: FailoverBranch.ipAddresses(['203.0.113.9'], { healthCheck: ProxyHealthCheck.http() }),
    secondary: FailoverBranch.addresses(far),
  });

  Template.fromStack(near).resourcePropertiesCountIs('AWS::Route53::RecordSet', { Name: 'secondary.shop.example.org.' }, 2);
});

test('the budget follows what decides about the primary', () => {
  const stack = new Stack();
  const zone = zoneOf(stack);
  const healthCheck = ProxyHealthCheck.http({ interval: Duration.seconds(30), failureThreshold: 2 });

  const shop = new FailoverEndpoint(stack, 'Shop', {
    zone,
    ttl: Duration.seconds(20),
    primary: FailoverBranch.ipAddresses(['203.0.113.1'], { healthCheck }),
    secondary: elsewhere(),
  });

  expect(shop.failoverBudget.total.toSeconds()).toBe(2 * 36 + 10 + 20);
});

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
