import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { AddressRouting, FailoverBranch, FailoverEndpoint, ProxyFleet, ProxyHealthCheck, VirtualIpPool } from 'cdk-proxy-fleet';
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
      Name: 'primary-weighted.shop.example.org.',
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
