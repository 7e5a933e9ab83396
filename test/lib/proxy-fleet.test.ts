import { CfnParameter, Duration, RemovalPolicy, Stack, Tags, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ListenerProtocol, MultivalueEndpoint, ProxyFleet, ProxyTargets, TargetHealthCheck, VirtualIp } from 'cdk-proxy-fleet';
import { fleetOf, network, userDataOf, warningsOf, zoneOf } from './fixture';

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

describe('bad input is refused with what, got, allowed, do and the path', () => {
  test.each([
    [{ zones: 1 }, "vpcSubnets must lie in at least 2 availability zones, got 1: raise the VPC's 'maxAzs' [Test/Edge]"],
    [{ proxies: 1 }, "proxies must be a whole number of at least 2 to survive a failure, got 1: raise 'proxies' [Test/Edge]"],
    [{ proxies: 2.5 }, 'proxies must be a whole number of at least 2 to survive a failure, got 2.5'],
    [{ proxies: Token.asNumber({ Ref: 'N' }) }, 'proxies must be known at synth, got a token'],
    [{ vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } }, 'vpcSubnets must be public, got 3 that are not'],
  ])('%p', (props, message) => {
    expect(() => fleetOf(props)).toThrow(message);
  });

  test('a network without public subnets', () => {
    const stack = new Stack();
    const vpc = new ec2.Vpc(stack, 'Vpc', { subnetConfiguration: [{ name: 'In', subnetType: ec2.SubnetType.PRIVATE_ISOLATED }] });

    expect(() => new ProxyFleet(stack, 'Edge', { vpc })).toThrow('vpc must have public subnets, got 0');
  });

  test('no listener, and a listener without targets', () => {
    const { stack, vpc } = network();
    new ProxyFleet(stack, 'Empty', { vpc });
    new ProxyFleet(stack, 'Half', { vpc }).addListener('Http', { port: 80 });

    expect(() => Template.fromStack(stack)).toThrow(
      /Empty\] a fleet needs a listener, got none: call addListener\(\)[\s\S]*Half\/Http\] a listener needs targets, got none/,
    );
  });

  test.each([0, -1, 65536, 80.5])('a listener on port %p', (port) => {
    const { fleet } = fleetOf();

    expect(() => fleet.addListener('Bad', { port })).toThrow(
      `port of a listener must be a whole number from 1 to 65535, got ${port}`,
    );
  });

  test('two listeners on one port, and one on the health port', () => {
    const { fleet } = fleetOf();

    expect(() => fleet.addListener('Again', { port: 80 })).toThrow(
      "port of a listener must be unique, got 80 for 'Http' and 'Again'",
    );
    expect(() => fleet.addListener('Health', { port: 8404 })).toThrow('must not be the health port 8404');
  });

  test('a second group of targets', () => {
    const { fleet } = fleetOf();
    const listener = fleet.addListener('Tcp', { port: 5000 });
    const targets = { targets: ProxyTargets.dnsName('app.example.org'), port: 1 };
    listener.addTargets('First', targets);

    expect(() => listener.addTargets('Second', targets)).toThrow("a listener has one group of targets, got a second 'Second'");
  });

  test('a listener whose port is a token needs its protocol, for the port cannot tell it', () => {
    const { stack, fleet } = fleetOf();
    const port = new CfnParameter(stack, 'Port', { type: 'Number' }).valueAsNumber;

    expect(() => fleet.addListener('A', { port })).toThrow('protocol must be given when the port is known at deploy time only');
  });

  test('an empty list of security groups, and a subnet without a way out among public ones', () => {
    const { stack, vpc } = network();
    const [open] = vpc.publicSubnets;
    const [closed] = vpc.isolatedSubnets;
    if (!open || !closed) throw new Error('the network lacks a subnet');

    expect(() => new ProxyFleet(stack, 'A', { vpc, securityGroups: [] })).toThrow(
      'securityGroups must hold at least 1 group, got 0',
    );
    expect(() => new ProxyFleet(stack, 'B', { vpc, vpcSubnets: { subnets: [open, closed] } })).toThrow(
      'vpcSubnets must be public, got 1 that are not',
    );
  });

  test('subnets that the network does not know are taken at their word', () => {
    const { stack, vpc } = network();
    const subnets = ['a', 'b'].map((zone) =>
      ec2.Subnet.fromSubnetAttributes(stack, `Own${zone}`, {
        subnetId: `subnet-${zone}`,
        availabilityZone: zone,
        routeTableId: 'rtb-1',
      }),
    );

    expect(new ProxyFleet(stack, 'A', { vpc, vpcSubnets: { subnets } }).slots).toHaveLength(2);
  });

  test('user data above 16 KB', () => {
    const { stack, fleet } = fleetOf();
    const addresses = Array.from({ length: 400 }, (_, index) => `10.1.${Math.floor(index / 250)}.${index % 250}`);
    fleet.addListener('Big', { port: 81 }).addTargets('App', { targets: ProxyTargets.ipAddresses(addresses), port: 80 });

    expect(() => Template.fromStack(stack)).toThrow(/user data must have at most 16384 bytes, got \d+: use fewer listeners/);
  });
});

describe('tokens pass', () => {
  test('ports, target addresses, names and check figures may be known at deploy time only', () => {
    const { stack, fleet } = fleetOf();
    const port = new CfnParameter(stack, 'Port', { type: 'Number' });
    const address = new CfnParameter(stack, 'Address');
    const name = new CfnParameter(stack, 'Name');

    fleet.addListener('A', { port: port.valueAsNumber, protocol: ListenerProtocol.HTTP }).addTargets('T', {
      targets: ProxyTargets.ipAddresses([address.valueAsString]),
      port: port.valueAsNumber,
      healthCheck: TargetHealthCheck.http({ interval: Duration.seconds(port.valueAsNumber) }),
    });
    fleet.addListener('B', { port: 82 }).addTargets('T', { targets: ProxyTargets.dnsName(name.valueAsString), port: 80 });

    const written = userDataOf(stack);
    expect(written).toContain('server target-1 {"Ref":"Address"}:{"Ref":"Port"}');
    expect(written).toContain('server-template target- 32 {"Ref":"Name"}:80');
    expect(written).toContain('bind *:{"Ref":"Port"}');
    expect(written).toContain('check inter {"Ref":"Port"}s rise 2');
  });

  test('an instance type may be a token', () => {
    const { stack, fleet } = fleetOf({ instanceType: new ec2.InstanceType(Token.asString({ Ref: 'Type' })) });
    for (let n = 0; n < 6; n++) new VirtualIp(stack, `Vip${n}`, { fleet });

    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('a list of targets whose length is a token is refused, because every target is a line of its own', () => {
    const { fleet } = fleetOf();
    const listener = fleet.addListener('Tcp', { port: 5000 });

    expect(() => listener.addTargets('T', { targets: ProxyTargets.ipAddresses(Token.asList({ Ref: 'L' })), port: 80 })).toThrow(
      'ipAddresses must be a list of known length, got a token',
    );
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
