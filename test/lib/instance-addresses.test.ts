/** Elastic fleets whose records follow the instances: what the function may do and is told, what waits for what, and what synth says. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import {
  ElasticAddressing,
  ElasticProxyFleet,
  type ElasticProxyFleetProps,
  FailoverBranch,
  FailoverEndpoint,
  IpAddressType,
  MultivalueEndpoint,
  ProxyHealthCheck,
  ProxyTargets,
} from 'cdk-proxy-fleet';
import type { RecordsTopology } from '../../lib/private/records-contract';
import { network, userDataOf, warningsOf, zoneOf } from './fixture';

const addressing = ElasticAddressing.instanceAddresses();

function fleetIn(stack: Stack, vpc: ec2.IVpc, props: Partial<ElasticProxyFleetProps> = {}): ElasticProxyFleet {
  const fleet = new ElasticProxyFleet(stack, 'Edge', { vpc, minCapacity: 2, maxCapacity: 4, addressing, ...props });
  fleet.addListener('Http', { port: 80 }).addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });
  return fleet;
}

function published(props: Partial<ElasticProxyFleetProps> = {}) {
  const { stack, vpc } = network(3);
  const fleet = fleetIn(stack, vpc, props);
  const zone = zoneOf(stack);
  new MultivalueEndpoint(stack, 'Www', { zone, recordName: 'WWW', addresses: fleet });
  new MultivalueEndpoint(stack, 'Api', {
    zone,
    recordName: 'api',
    addresses: fleet,
    ttl: Duration.seconds(30),
    healthCheck: ProxyHealthCheck.tcp({ port: 80 }),
  });
  return { stack, fleet, template: Template.fromStack(stack) };
}

/** What the function is told, with references shown as their JSON. */
function topologyOf(template: Template): RecordsTopology {
  const [encoded] = Object.values(template.findResources('AWS::Lambda::Function')).flatMap(
    ({ Properties }) => Properties.Environment?.Variables.PROXY_FLEET_RECORDS ?? [],
  );
  const parts: unknown[] = encoded['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part).replaceAll('"', ''))).join(''));
}

describe('a fleet with two names', () => {
  const { stack, fleet, template } = published();
  const resources = template.toJSON().Resources;
  const [zoneId = ''] = Object.keys(template.findResources('AWS::Route53::HostedZone'));
  const [groupId = ''] = Object.keys(template.findResources('AWS::AutoScaling::AutoScalingGroup'));
  const names = Object.keys(template.findResources('Custom::ProxyFleetRecords'));

  test('has no addresses, records and health checks of its own', () => {
    for (const type of ['EC2::EIP', 'Route53::RecordSet', 'Route53::HealthCheck']) template.resourceCountIs(`AWS::${type}`, 0);
    expect(names).toHaveLength(2);
  });

  test('tells the function its names, and how each is judged', () => {
    const { owner, ...told } = topologyOf(template);
    expect(owner).toBe('{Ref:AWS::StackId} Edge');
    expect(told).toEqual({
      fleet: 'Test/Edge',
      tag: { key: 'proxy-fleet', value: expect.stringMatching(/^Test\/TestEdge/) },
      families: ['A'],
      probes: [],
      names: [
        {
          hostedZoneId: `{Ref:${zoneId}}`,
          recordName: 'www.example.org',
          ttl: 60,
          check: { Type: 'HTTP', Port: 8404, ResourcePath: '/healthz', RequestInterval: 10, FailureThreshold: 3 },
        },
        {
          hostedZoneId: `{Ref:${zoneId}}`,
          recordName: 'api.example.org',
          ttl: 30,
          check: { Type: 'TCP', Port: 80, RequestInterval: 10, FailureThreshold: 3 },
        },
      ],
    });
  });

  test('lets the function change these names only, and nothing but addresses', () => {
    const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement,
    );
    const changes = statements.filter(({ Action }) => Action === 'route53:ChangeResourceRecordSets');
    expect(changes.map(({ Condition }) => Condition['ForAllValues:StringEquals'])).toEqual(
      ['www.example.org', 'api.example.org'].map((name) => ({
        'route53:ChangeResourceRecordSetsNormalizedRecordNames': [name],
        'route53:ChangeResourceRecordSetsRecordTypes': ['A', 'AAAA'],
        'route53:ChangeResourceRecordSetsActions': ['CREATE', 'DELETE', 'UPSERT'],
      })),
    );
    const anywhere = statements.filter(({ Resource, Effect }) => Effect === 'Allow' && Resource === '*');
    expect(
      new Set(anywhere.flatMap(({ Action }) => Action).filter((action: string) => /^route53:(?!List)/.test(action))),
    ).toEqual(new Set(['route53:CreateHealthCheck']));
  });

  test('has its group wait for the function and the names, and its rule for the group', () => {
    expect(resources[groupId].DependsOn).toEqual(expect.arrayContaining(names));
    const rules = Object.values(template.findResources('AWS::Events::Rule')).map(({ Properties }) => Properties.EventPattern);
    expect(rules).toContainEqual({
      source: ['aws.autoscaling'],
      'detail-type': [
        'EC2 Instance Launch Successful',
        'EC2 Instance-terminate Lifecycle Action',
        'EC2 Instance Terminate Successful',
      ],
      detail: { AutoScalingGroupName: [{ Ref: groupId }] },
    });
    expect(JSON.stringify(rules)).not.toContain('Spot');
  });

  test('has its custom resources look again when anything of a name changes', () => {
    const settings = names.map((id) => JSON.parse(joined(resources[id].Properties.Settings)));
    expect(settings.map(({ ttl, families }) => [ttl, families])).toEqual([
      [60, ['A']],
      [30, ['A']],
    ]);
  });

  test('has its instances ask the function, and alarms tell when that does not help', () => {
    expect(userDataOf(stack)).toMatch(/PUBLISH_FUNCTION='\{"Ref":"EdgeRecordsFunction/);
    expect(userDataOf(stack)).toContain("ADDRESSES='1'");
    expect(fleet.addressAlarms.map(({ node }) => node.id)).toEqual(['WithoutAddress', 'Errors', 'Silence']);
  });

  test('warns that a public IPv4 address may soon be a stranger', () => {
    expect(warningsOf(stack)).toContainEqual(expect.stringContaining('/Test/Edge: a public IPv4 address goes back to AWS'));
  });
});

test('a dual-stack fleet has an IPv6 address on each instance, and a record for it', () => {
  const { stack, vpc } = network(3);
  const dual = new ec2.Vpc(stack, 'Dual', { ipProtocol: ec2.IpProtocol.DUAL_STACK, natGateways: 0 });
  const fleet = fleetIn(stack, dual, { ipAddressType: IpAddressType.DUAL_STACK });
  new MultivalueEndpoint(stack, 'Www', { zone: zoneOf(stack), addresses: fleet });
  const template = Template.fromStack(stack);

  template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: { NetworkInterfaces: [Match.objectLike({ Ipv6AddressCount: 1, AssociatePublicIpAddress: true })] },
  });
  expect(topologyOf(template).families).toEqual(['A', 'AAAA']);
  expect(userDataOf(stack)).toContain("ADDRESS_LISTS='local-ipv4s ipv6s'");
  expect(vpc).not.toBe(dual);

  const plain = network(3);
  fleetIn(plain.stack, plain.vpc, { ipAddressType: IpAddressType.DUAL_STACK });
  expect(() => Template.fromStack(plain.stack)).toThrow('subnets of a dual-stack fleet must have an IPv6 block');
});

test('a simple record of either family beside those of a dual-stack fleet is refused', () => {
  const { stack } = network(3);
  const dual = new ec2.Vpc(stack, 'Dual', { ipProtocol: ec2.IpProtocol.DUAL_STACK, natGateways: 0 });
  const zone = zoneOf(stack);
  new MultivalueEndpoint(stack, 'Www', {
    zone,
    recordName: 'www',
    addresses: fleetIn(stack, dual, { ipAddressType: IpAddressType.DUAL_STACK }),
  });
  new route53.AaaaRecord(stack, 'Old', { zone, recordName: 'www', target: route53.RecordTarget.fromIpAddresses('2600:1f18::1') });

  expect(() => Template.fromStack(stack)).toThrow(
    "records of one name must have one routing policy, got 'www.example.org.' (AAAA) at 'Test/Old/Resource'",
  );
});

test('a fleet of Spot instances hears of interruptions', () => {
  const { template } = published({ spot: true });
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: { source: ['aws.ec2'], 'detail-type': ['EC2 Spot Instance Interruption Warning'] },
  });
});

test('more health checks than an account has are told', () => {
  const { stack } = published({ maxCapacity: 90 });
  const quota = warningsOf(stack).filter((text) => text.includes('health checks'));
  expect(quota).toEqual([]);

  const many = network(3);
  const fleet = fleetIn(many.stack, many.vpc, { maxCapacity: 90 });
  const zone = zoneOf(many.stack);
  for (const name of ['a', 'b', 'c']) new MultivalueEndpoint(many.stack, name, { zone, recordName: name, addresses: fleet });
  expect(warningsOf(many.stack)).toContainEqual(
    expect.stringContaining('needs 297 health checks, and an account has 200: raise the quota'),
  );
});

test('a name of another stack and zone is the business of the stack of the fleet', () => {
  const app = new App();
  const zones = new Stack(app, 'Zones');
  const zone = new route53.PublicHostedZone(zones, 'Zone', { zoneName: 'example.org' });
  const edge = new Stack(app, 'EdgeStack');
  const fleet = fleetIn(edge, new ec2.Vpc(edge, 'Vpc', { natGateways: 0 }));
  const names = new Stack(app, 'Names');
  new MultivalueEndpoint(names, 'Www', { zone, recordName: 'www', addresses: fleet });
  app.synth();

  Template.fromStack(edge).resourceCountIs('Custom::ProxyFleetRecords', 1);
  expect(names.dependencies).not.toContain(edge);
});

test('a name keeps its resource whatever its endpoint is called, and a name that goes takes its permission with it', () => {
  const logicalIdsOf = (endpoint: string, recordName: string) => {
    const { stack, vpc } = network(3);
    new MultivalueEndpoint(stack, endpoint, { zone: zoneOf(stack), recordName, addresses: fleetIn(stack, vpc) });
    return Object.entries(Template.fromStack(stack).findResources('Custom::ProxyFleetRecords'));
  };
  const [[id = '', resource] = []] = logicalIdsOf('Www', 'www');

  expect(logicalIdsOf('Web', 'www').map(([other]) => other)).toEqual([id]);
  expect(logicalIdsOf('Www', 'api').map(([other]) => other)).not.toEqual([id]);
  expect(resource?.DependsOn).toContainEqual(expect.stringMatching(/^EdgeRecords.*Policy/));
});

test('a wildcard is allowed as IAM compares it', () => {
  const { stack, vpc } = network(3);
  new MultivalueEndpoint(stack, 'Any', { zone: zoneOf(stack), recordName: '*', addresses: fleetIn(stack, vpc) });
  const policies = JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'));

  expect(policies).toContain(String.raw`"route53:ChangeResourceRecordSetsNormalizedRecordNames":["\\052.example.org"]`);
});

test('records of the app beside those of a name must be multivalue and have its TTL', () => {
  const withRecord = (props: Partial<route53.CfnRecordSetProps>) => {
    const { stack, vpc } = network(3);
    const zone = zoneOf(stack);
    new MultivalueEndpoint(stack, 'Www', { zone, recordName: 'www', addresses: fleetIn(stack, vpc) });
    const common = {
      hostedZoneId: zone.hostedZoneId,
      name: 'www.example.org.',
      type: 'A',
      ttl: '60',
      resourceRecords: ['198.51.100.1'],
    };
    new route53.CfnRecordSet(stack, 'Other', { ...common, ...props });
    return () => Template.fromStack(stack);
  };

  expect(withRecord({})).toThrow("records of one name must have one routing policy, got 'www.example.org.' (A) at 'Test/Other'");
  expect(withRecord({ type: 'CNAME', resourceRecords: ['a.example.org'] })).toThrow('(CNAME) at');
  const multivalue = { multiValueAnswer: true, setIdentifier: 'x' };
  expect(withRecord({ ...multivalue, ttl: '30' })).toThrow('records of one name must have one TTL, got 60 s and, at');
  expect(withRecord(multivalue)).not.toThrow();
  expect(withRecord({ type: 'AAAA', resourceRecords: ['2600:1f18::1'] })).not.toThrow();
});

test('two fleets that keep one name must give it one TTL, and not too many records', () => {
  const twice = (ttl: Duration, maxCapacity = 4) => {
    const { stack, vpc } = network(3);
    const zone = zoneOf(stack);
    const other = new ElasticProxyFleet(stack, 'Other', { vpc, minCapacity: 2, maxCapacity, addressing });
    other.addListener('Http', { port: 80 }).addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.6']), port: 8080 });
    new MultivalueEndpoint(stack, 'Www', { zone, recordName: 'www', addresses: fleetIn(stack, vpc, { maxCapacity }) });
    new MultivalueEndpoint(stack, 'Again', { zone, recordName: 'WWW.example.org.', addresses: other, ttl });
    return () => Template.fromStack(stack);
  };

  expect(twice(Duration.seconds(60))).not.toThrow();
  expect(twice(Duration.seconds(30))).toThrow(
    "records of one name must have one TTL, got 60 s and, at 'Test/Again', 30 s: give both the same ttl",
  );
  // Of up to 45 instances 50 are there while they are replaced.
  expect(twice(Duration.seconds(60), 45)).not.toThrow();
  expect(twice(Duration.seconds(60), 46)).toThrow(
    "a name has at most 100 multivalue records, got 102 (A) of 'www.example.org' in all: spread the fleets over several names",
  );
});

test('what the health checks of a name cost is told', () => {
  const { stack } = published();
  const told = Annotations.fromStack(stack).findInfo('*', Match.stringLikeRegexp('health checks cost'));
  expect(told.map(({ id, entry }) => [id, entry.data])).toEqual([
    [
      '/Test/Www',
      'up to 5 health checks cost up to 7.50 USD a month: 0.50 USD each and 1.00 for an interval of 10 s (prices of 2026-09-20)',
    ],
    expect.arrayContaining(['/Test/Api']),
  ]);
});

test('misuse is refused with what, got, allowed, do and the path', () => {
  const { stack, vpc } = network(3);
  const fleet = fleetIn(stack, vpc);
  const zone = zoneOf(stack);

  expect(
    () =>
      new FailoverEndpoint(stack, 'Shop', {
        zone,
        primary: FailoverBranch.addresses(fleet),
        secondary: FailoverBranch.ipAddresses(['198.51.100.1']),
      }),
  ).toThrow(
    'a FailoverEndpoint needs addresses that are known at deploy, got those of instances that come and go: use ElasticAddressing.elasticIpPool() [Test/Shop/Primary]',
  );
  new MultivalueEndpoint(stack, 'Www', { zone, recordName: 'www', addresses: fleet });
  expect(() => new MultivalueEndpoint(stack, 'Again', { zone, recordName: 'Www', addresses: fleet })).toThrow(
    "a name of a fleet must be unique, got 'www.example.org' twice: publish it once [Test/Again]",
  );
  const wrong = new MultivalueEndpoint(stack, 'Port', {
    zone,
    recordName: 'port',
    addresses: fleet,
    healthCheck: ProxyHealthCheck.http({ port: 81 }),
  });
  expect(() => Template.fromStack(stack)).toThrow(
    'port of a health check must be one on which the proxies answer (8404, 80), got 81',
  );
  expect(wrong.domainName).toBe('port.example.org');
});

function joined(value: string | { 'Fn::Join': [string, unknown[]] }): string {
  if (typeof value === 'string') return value;
  return value['Fn::Join'][1].map((part) => (typeof part === 'string' ? part : 'reference')).join('');
}
