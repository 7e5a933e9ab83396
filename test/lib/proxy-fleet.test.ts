import { Duration, Fn, RemovalPolicy, Stack, Tags, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ListenerProtocol, MultivalueEndpoint, ProxyFleet, ProxyTargets, VirtualIp } from 'cdk-proxy-fleet';
import { fleetOf, network, warningsOf, zoneOf } from './fixture';

describe('slots', () => {
  test('one proxy for each zone, in zones in turn', () => {
    const { stack } = fleetOf({ zones: 2, proxies: 5 });

    const groups = Object.values(Template.fromStack(stack).findResources('AWS::AutoScaling::AutoScalingGroup'));

    expect(groups.map((group) => group.Properties.AvailabilityZones[0]['Fn::Select'][0])).toEqual([0, 1, 0, 1, 0]);
    Template.fromStack(fleetOf({ zones: 3 }).stack).resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 3);
  });

  test('addresses stay when the removal policy says so', () => {
    const { stack } = fleetOf({ removalPolicy: RemovalPolicy.RETAIN });

    Template.fromStack(stack).allResources('AWS::EC2::EIP', { DeletionPolicy: 'Retain' });
  });

  test('the image follows the processor of the instance type', () => {
    const { stack } = fleetOf({ instanceType: new ec2.InstanceType('c7i.large') });

    expect(JSON.stringify(Template.fromStack(stack).findParameters('*'))).toContain('x86_64');
  });

  test('a role and security groups of the user are used', () => {
    const { stack, vpc } = network();
    const role = new iam.Role(stack, 'Own', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
    const group = new ec2.SecurityGroup(stack, 'Traffic', { vpc });

    const fleet = new ProxyFleet(stack, 'Edge', { vpc, role, securityGroups: [group] });
    fleet.addListener('Http', { port: 80 }).addTargets('App', { targets: ProxyTargets.dnsName('app.example.org'), port: 80 });

    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::IAM::InstanceProfile', { Roles: [stack.resolve(role.roleName)] });
    template.allResourcesProperties('AWS::EC2::NetworkInterface', {
      GroupSet: Match.arrayWith([stack.resolve(group.securityGroupId)]),
    });
  });

  test('tags reach instances, disks and interfaces', () => {
    const { stack, fleet } = fleetOf();

    Tags.of(fleet).add('team', 'edge');

    const template = Template.fromStack(stack);
    const tagged = { Tags: Match.arrayWith([{ Key: 'team', Value: 'edge' }]) };
    template.allResourcesProperties('AWS::EC2::NetworkInterface', tagged);
    template.allResourcesProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        TagSpecifications: Match.arrayWith([
          Match.objectLike({ ResourceType: 'instance', ...tagged }),
          Match.objectLike({ ResourceType: 'volume', ...tagged }),
        ]),
      },
    });
    template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: {
        TagSpecifications: Match.arrayWith([
          Match.objectLike({
            ResourceType: 'volume',
            Tags: Match.arrayWith([{ Key: 'Name', Value: 'Test/Edge/Slots/1' }]),
          }),
        ]),
      },
    });
  });
});

describe('warnings', () => {
  test('a fleet that everybody may reach gets none', () => {
    const { stack } = fleetOf();

    expect(warningsOf(stack)).toEqual([]);
  });

  test('a listener that is not open, and a security group that does not let everything out', () => {
    const { stack, vpc } = network();
    const group = new ec2.SecurityGroup(stack, 'Tight', { vpc, allowAllOutbound: false });
    const fleet = new ProxyFleet(stack, 'Edge', { vpc, securityGroups: [group] });
    const listener = fleet.addListener('Tcp', { port: 5000, open: false });
    listener.addTargets('T', { targets: ProxyTargets.dnsName('app.example.org'), port: 80 });

    expect(warningsOf(stack)).toEqual([
      expect.stringMatching(/^\/Test\/Edge: .*does not let everything out/),
      expect.stringMatching(/^\/Test\/Edge\/Tcp: .*tracked by the security group/),
    ]);
    expect(listener.protocol).toBe(ListenerProtocol.TCP);
  });

  test('more Elastic IPs than the quota allows', () => {
    const { stack, fleet } = fleetOf({ proxies: 5 });
    expect(warningsOf(stack)).toEqual([]);

    const more = fleetOf({ proxies: 5 });
    new VirtualIp(more.stack, 'Vip', { fleet: more.fleet });

    expect(warningsOf(more.stack)).toEqual([expect.stringContaining('L-0263D0A3')]);
    expect(fleet.slots).toHaveLength(5);
  });

  test('more Elastic IPs than that in the fleets of a stack, in NAT gateways, and brought along, also as tokens', () => {
    const { stack, fleet } = fleetOf({ zones: 2 });
    const vpc = new ec2.Vpc(stack, 'Other', { natGateways: 1, availabilityZones: ['a', 'b'] });
    new ProxyFleet(stack, 'Second', { vpc })
      .addListener('Http', { port: 80 })
      .addTargets('App', { targets: ProxyTargets.dnsName('app.example.org'), port: 80 });
    expect(warningsOf(stack).filter((warning) => warning.includes('L-0263D0A3'))).toEqual([]);

    new VirtualIp(stack, 'Vip', { fleet, allocationId: Fn.importValue('Address') });

    expect(warningsOf(stack).filter((warning) => warning.includes('L-0263D0A3'))).toEqual([
      expect.stringMatching(/^\/Test\/Edge: the stack needs more than 5 Elastic IPs/),
    ]);
  });
});

describe('a fleet that lives elsewhere', () => {
  test('is published by its addresses', () => {
    const { stack } = network();
    const fleet = ProxyFleet.fromProxyFleetAttributes(stack, 'Far', { ipAddresses: ['203.0.113.1', '198.51.100.7'] });

    new MultivalueEndpoint(stack, 'Www', { zone: zoneOf(stack), addresses: fleet, ttl: Duration.seconds(30) });

    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      ResourceRecords: ['198.51.100.7'],
      SetIdentifier: Match.stringLikeRegexp('^Test-Far-\\w+-slot-2$'),
      TTL: '30',
    });
    template.hasResourceProperties('AWS::Route53::HealthCheck', { HealthCheckConfig: { IPAddress: '203.0.113.1' } });
  });

  test('needs addresses whose number is known', () => {
    expect(() => ProxyFleet.fromProxyFleetAttributes(new Stack(), 'Far', { ipAddresses: Token.asList({ Ref: 'L' }) })).toThrow(
      'ipAddresses must be a list of known length, got a token',
    );
  });

  test('needs an address', () => {
    expect(() => ProxyFleet.fromProxyFleetAttributes(new Stack(), 'Far', { ipAddresses: [] })).toThrow(
      'at least 1 address, got 0',
    );
  });
});
