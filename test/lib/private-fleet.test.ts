/** Elastic fleets in private subnets: names lead to private addresses, and functions inside the network look at the proxies. */
import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import {
  ElasticAddressing,
  ElasticProxyFleet,
  type ElasticProxyFleetProps,
  MultivalueEndpoint,
  type MultivalueEndpointProps,
  ProxyHealthCheck,
  ProxyTargets,
} from 'cdk-proxy-fleet';
import { warningsOf } from './fixture';

const { PRIVATE_WITH_EGRESS, PRIVATE_ISOLATED, PUBLIC } = ec2.SubnetType;

function privateFleet(props: Partial<ElasticProxyFleetProps> = {}, endpoint: Partial<MultivalueEndpointProps> = {}) {
  const stack = new Stack(new App(), 'Test');
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    natGateways: 1,
    subnetConfiguration: [PUBLIC, PRIVATE_WITH_EGRESS, PRIVATE_ISOLATED].map((subnetType) => ({ name: subnetType, subnetType })),
  });
  const fleet = new ElasticProxyFleet(stack, 'Inner', {
    vpc,
    vpcSubnets: { subnetType: PRIVATE_WITH_EGRESS },
    minCapacity: 2,
    maxCapacity: 4,
    addressing: ElasticAddressing.instanceAddresses(),
    ...props,
  });
  fleet.addListener('Tcp', { port: 80 }).addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });
  const zone = new route53.PrivateHostedZone(stack, 'Zone', { zoneName: 'internal.example.org', vpc });
  const name = new MultivalueEndpoint(stack, 'Www', { zone, recordName: 'www', addresses: fleet, ...endpoint });
  return { stack, vpc, fleet, name };
}

describe('a fleet in private subnets', () => {
  const { stack, name } = privateFleet();
  const template = Template.fromStack(stack);

  test('has no public address, and a name without health checks', () => {
    template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: { NetworkInterfaces: [Match.objectLike({ AssociatePublicIpAddress: false })] },
    });
    const [settings] = Object.values(template.findResources('Custom::ProxyFleetRecords')).map(({ Properties }) =>
      JSON.stringify(Properties.Settings),
    );
    expect(settings).not.toContain('check');
    expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).not.toContain('route53:CreateHealthCheck');
  });

  test('has an observer in each zone that may be asked by its function, and that alone may ask for health', () => {
    const functions = template.findResources('AWS::Lambda::Function');
    const observers = Object.entries(functions).filter(([, { Properties }]) => Properties.VpcConfig);
    expect(observers).toHaveLength(2);
    const [told] = Object.values(functions).flatMap(
      ({ Properties }) => Properties.Environment?.Variables.PROXY_FLEET_RECORDS ?? [],
    );
    const invocable = JSON.stringify(
      Object.values(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) =>
        Properties.PolicyName.startsWith('InnerRecordsFunction'),
      ),
    );
    for (const [id] of observers) {
      expect(JSON.stringify(told)).toContain(`{"Ref":"${id}"}`);
      expect(invocable).toContain(`{"Fn::GetAtt":["${id}","Arn"]}`);
    }
    const [healthGroup = ''] = Object.keys(template.findResources('AWS::EC2::SecurityGroup')).filter((id) =>
      id.startsWith('InnerHealthSecurityGroup'),
    );
    const { Properties } = template.toJSON().Resources[healthGroup];
    expect(Properties.SecurityGroupIngress).toBeUndefined();
    const ways = Object.values(template.findResources('AWS::EC2::SecurityGroupIngress')).map((each) => each.Properties);
    expect(ways).toEqual([
      expect.objectContaining({
        FromPort: 8404,
        GroupId: { 'Fn::GetAtt': [healthGroup, 'GroupId'] },
        SourceSecurityGroupId: { 'Fn::GetAtt': [expect.stringMatching(/^InnerRecordsProbeSecurityGroup/), 'GroupId'] },
      }),
    ]);
  });

  test('tells how long an outage may be, and serves for as long when a proxy goes', () => {
    expect(name.failoverBudget.formula).toBe('detection 90 s (assumed) + propagation 60 s (assumed) + ttl 60 s = 210 s');
    const [hooks] = Object.values(template.findResources('AWS::AutoScaling::AutoScalingGroup')).map(
      ({ Properties }) => Properties.LifecycleHookSpecificationList,
    );
    const drain = hooks.find(({ LifecycleTransition }: Record<string, string>) => /TERMINATING/.test(LifecycleTransition ?? ''));
    expect(drain.HeartbeatTimeout).toBeGreaterThan(210);
  });

  test('warns of nothing', () => {
    expect(warningsOf(stack)).toEqual([]);
  });
});

test('whom the user lets ask for health may do so, too', () => {
  const { stack } = privateFleet({ healthCheckPeers: [ec2.Peer.ipv4('10.0.0.0/16')] });
  Template.fromStack(stack).hasResourceProperties('AWS::EC2::SecurityGroup', {
    SecurityGroupIngress: [Match.objectLike({ FromPort: 8404, CidrIp: '10.0.0.0/16' })],
  });
});

test.each([
  [Duration.seconds(180), 'set ttl to Duration.seconds(30)'],
  [Duration.seconds(120), 'records of private proxies cannot, they take 160 s with a ttl that resolvers keep to'],
])('a maxOutage of %p has a way there, or none', (maxOutage, advice) => {
  const { stack } = privateFleet({}, { maxOutage });
  expect(warningsOf(stack)).toEqual([expect.stringContaining(advice)]);
});

test('a ttl that only a deploy knows is not judged', () => {
  const { stack, fleet } = privateFleet();
  const ttl = Duration.seconds(new CfnParameter(stack, 'Ttl', { type: 'Number', default: 30 }).valueAsNumber);
  const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Other', { hostedZoneId: 'Z1', zoneName: 'example.net' });
  const { failoverBudget } = new MultivalueEndpoint(stack, 'Later', {
    zone,
    addresses: fleet,
    ttl,
    maxOutage: Duration.seconds(9),
  });
  expect(failoverBudget.formula).toContain('ttl 30 s (assumed) = 180 s');
  expect(warningsOf(stack)).toEqual([]);
});

test('a public zone for private addresses is warned of', () => {
  const { stack, fleet } = privateFleet();
  const zone = new route53.PublicHostedZone(stack, 'Public', { zoneName: 'example.org' });
  new MultivalueEndpoint(stack, 'Wrong', { zone, recordName: 'www', addresses: fleet });
  expect(warningsOf(stack)).toEqual([expect.stringContaining('/Test/Wrong: example.org is public, and the proxies are reached')]);
});

test('subnets without a way out are warned of', () => {
  const { stack } = privateFleet({ vpcSubnets: { subnetType: PRIVATE_ISOLATED } });
  expect(warningsOf(stack)).toEqual([expect.stringContaining('/Test/Inner: isolated subnets have no way out')]);
});

test('misuse is refused with what, got, allowed, do and the path', () => {
  expect(() => privateFleet({ addressing: undefined })).toThrow(
    'vpcSubnets must be public with a pool of Elastic IPs, got private ones: use ElasticAddressing.instanceAddresses() [Test/Inner]',
  );
  const bare = new Stack(new App(), 'Bare');
  const hidden = new ec2.Vpc(bare, 'Vpc', { subnetConfiguration: [{ name: 'inner', subnetType: PRIVATE_ISOLATED }] });
  expect(() => new ElasticProxyFleet(bare, 'Inner', { vpc: hidden, minCapacity: 2, maxCapacity: 2 })).toThrow(
    'vpc must have public subnets, got 0: add a public subnet in each zone, or for a private fleet select private ones in vpcSubnets and set addressing to ElasticAddressing.instanceAddresses() [Bare/Inner]',
  );
  expect(() => privateFleet({}, { healthCheck: ProxyHealthCheck.http() })).toThrow(
    'healthCheck must not be given for private proxies, which Route 53 cannot reach and functions of the fleet probe: leave it out [Test/Www]',
  );
  const { stack, vpc } = privateFleet();
  const mixed = [vpc.publicSubnets[0], vpc.privateSubnets[1]] as ec2.ISubnet[];
  expect(
    () =>
      new ElasticProxyFleet(stack, 'Mixed', {
        vpc,
        vpcSubnets: { subnets: mixed },
        minCapacity: 2,
        maxCapacity: 2,
        addressing: ElasticAddressing.instanceAddresses(),
      }),
  ).toThrow('vpcSubnets must all be public or all private, got 1 public and 1 private: select one subnetType [Test/Mixed]');
});
