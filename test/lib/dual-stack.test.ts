import { App, CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { IpAddressType, MultivalueEndpoint, ProxyFleet, type ProxyFleetProps, ProxyTargets, VirtualIp } from 'cdk-proxy-fleet';
import { fleetOf, network, userDataOf, warningsOf, zoneOf } from './fixture';

const DUAL_STACK = { ipAddressType: IpAddressType.DUAL_STACK };

/** A stack with a VPC that speaks IPv6, too. */
function ipv6Network(): { stack: Stack; vpc: ec2.Vpc } {
  const stack = new Stack(new App(), 'Test');
  const vpc = new ec2.Vpc(stack, 'Vpc', {
    availabilityZones: [0, 1].map((index) => Fn.select(index, Fn.getAzs())),
    natGateways: 0,
    restrictDefaultSecurityGroup: false,
    ipProtocol: ec2.IpProtocol.DUAL_STACK,
  });
  return { stack, vpc };
}

function withListener(stack: Stack, vpc: ec2.IVpc, props: Partial<ProxyFleetProps> = {}): ProxyFleet {
  const fleet = new ProxyFleet(stack, 'Edge', { vpc, ...DUAL_STACK, ...props });
  fleet.addListener('Http', { port: 80 }).addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });
  return fleet;
}

describe('a dual-stack fleet', () => {
  const { stack, vpc } = ipv6Network();
  const fleet = withListener(stack, vpc);
  new MultivalueEndpoint(stack, 'Www', { zone: zoneOf(stack), recordName: 'www', addresses: fleet });
  const template = Template.fromStack(stack);
  const records = Object.values(template.findResources('AWS::Route53::RecordSet'));

  test('has one primary IPv6 address on each interface, which its slot publishes', () => {
    template.allResourcesProperties('AWS::EC2::NetworkInterface', { Ipv6AddressCount: 1, EnablePrimaryIpv6: true });

    expect(fleet.slots.map(({ networkInterface, ipv6Address }) => [networkInterface.ref, ipv6Address])).toEqual(
      fleet.slots.map(({ networkInterface }) => [networkInterface.ref, networkInterface.attrPrimaryIpv6Address]),
    );
  });

  test('has an A and an AAAA record for each slot, in the same order and with one TTL', () => {
    expect(records.map(({ Properties }) => [Properties.Type, Properties.SetIdentifier, Properties.TTL])).toEqual([
      ['A', 'Test-Edge-5D830BAF-slot-1', '60'],
      ['AAAA', 'Test-Edge-5D830BAF-slot-1', '60'],
      ['A', 'Test-Edge-5D830BAF-slot-2', '60'],
      ['AAAA', 'Test-Edge-5D830BAF-slot-2', '60'],
    ]);
    expect(records.every(({ DependsOn }) => DependsOn.some((id: string) => /^EdgeSlots\dGroupASG/.test(id)))).toBe(true);
  });

  test('is judged by a health check of the very address of each record', () => {
    const checks = template.findResources('AWS::Route53::HealthCheck');

    expect(new Set(records.map(({ Properties }) => Properties.HealthCheckId.Ref)).size).toBe(4);
    for (const { Properties } of records) {
      const { IPAddress, Port } = checks[Properties.HealthCheckId.Ref]?.Properties.HealthCheckConfig ?? {};
      expect(Properties.ResourceRecords).toEqual([{ 'Fn::Join': ['', [IPAddress, '']] }]);
      expect(Port).toBe(8404);
    }
  });

  test('lets both families in and everything out, so that no connection is tracked', () => {
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Traffic of Test/Edge',
      SecurityGroupIngress: [
        Match.objectLike({ CidrIp: '0.0.0.0/0', FromPort: 80, ToPort: 80 }),
        Match.objectLike({ CidrIpv6: '::/0', FromPort: 80, ToPort: 80 }),
      ],
      SecurityGroupEgress: [
        Match.objectLike({ CidrIp: '0.0.0.0/0', IpProtocol: '-1' }),
        Match.objectLike({ CidrIpv6: '::/0', IpProtocol: '-1' }),
      ],
    });
    template.hasResourceProperties('AWS::EC2::SecurityGroup', {
      GroupDescription: 'Health of Test/Edge',
      SecurityGroupIngress: [
        Match.objectLike({ CidrIp: '0.0.0.0/0', FromPort: 8404 }),
        Match.objectLike({ CidrIpv6: '::/0', FromPort: 8404 }),
      ],
    });
    expect(warningsOf(stack)).toEqual([]);
  });

  test('binds every port for both families, and waits at boot for addresses of both', () => {
    const userData = userDataOf(stack);

    expect(userData.match(/bind \S+( v6only)?$/gm)).toEqual([
      'bind *:8404',
      'bind :::8404 v6only',
      'bind *:80',
      'bind :::80 v6only',
    ]);
    expect(userData).toContain("ADDRESS_LISTS='local-ipv4s ipv6s'\n");
    expect(userData).toContain("ADDRESSES='2'\n");
  });
});

test('a fleet is IPv4 unless it is told', () => {
  const { stack, vpc } = ipv6Network();
  const fleet = withListener(stack, vpc, { ipAddressType: undefined });
  new MultivalueEndpoint(stack, 'Www', { zone: zoneOf(stack), addresses: fleet });

  const template = Template.fromStack(stack);

  expect(fleet.slots.map(({ ipv6Address }) => ipv6Address)).toEqual([undefined, undefined]);
  template.allResourcesProperties('AWS::EC2::NetworkInterface', {
    Ipv6AddressCount: Match.absent(),
    EnablePrimaryIpv6: Match.absent(),
  });
  template.allResourcesProperties('AWS::Route53::RecordSet', { Type: 'A' });
  expect(JSON.stringify(template.findResources('AWS::EC2::SecurityGroup'))).not.toContain('::/0');
  expect(userDataOf(stack)).not.toMatch(/bind :::|'local-ipv4s ipv6s'/);
});

test('a virtual IP of a dual-stack fleet stays IPv4', () => {
  const { stack, vpc } = ipv6Network();
  const vip = new VirtualIp(stack, 'Vip', { fleet: withListener(stack, vpc) });

  new MultivalueEndpoint(stack, 'App', { zone: zoneOf(stack), recordName: 'app', addresses: vip });

  Template.fromStack(stack).resourcePropertiesCountIs('AWS::Route53::RecordSet', { Type: 'AAAA' }, 0);
  expect(userDataOf(stack)).toContain("ADDRESSES='3'\n");
});

describe('subnets without an IPv6 block', () => {
  test('are refused by name', () => {
    const { stack } = fleetOf({ zones: 2, ...DUAL_STACK });

    expect(() => Template.fromStack(stack)).toThrow(
      'subnets of a dual-stack fleet must have an IPv6 block, got none for Test/Vpc/PublicSubnet1, Test/Vpc/PublicSubnet2: ' +
        'give the VPC ipProtocol: ec2.IpProtocol.DUAL_STACK',
    );
  });

  test('may get one after the fleet was made: on the subnet or beside it, also as a token', () => {
    const { stack, vpc } = network(2);
    withListener(stack, vpc);
    const [first, second] = vpc.publicSubnets;
    const block = new CfnParameter(stack, 'Block').valueAsString;

    (first?.node.defaultChild as ec2.CfnSubnet).ipv6CidrBlock = block;
    new ec2.CfnSubnetCidrBlock(stack, 'Beside', { subnetId: second?.subnetId ?? '', ipv6CidrBlock: block });

    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('pass where nothing is known of them', () => {
    const stack = new Stack(new App(), 'Test');
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['a', 'b'],
      publicSubnetIds: ['subnet-1', Fn.importValue('Subnet')],
      publicSubnetRouteTableIds: ['rtb-1', 'rtb-2'],
    });

    withListener(stack, vpc);

    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('health check peers', () => {
  const list = (id: string) => ec2.Peer.prefixList(id);
  const warningsWith = (healthCheckPeers: ec2.IPeer[], options: Partial<ProxyFleetProps> = {}) => {
    const { stack, vpc } = ipv6Network();
    withListener(stack, vpc, { healthCheckPeers, ...options });
    return warningsOf(stack);
  };

  test.each<[string, ec2.IPeer[], string]>([
    ['IPv4 alone', [ec2.Peer.anyIpv4()], 'let nobody in over IPv6'],
    ['IPv6 alone', [ec2.Peer.ipv6('2001:db8::/32')], 'let nobody in over IPv4'],
    ['one prefix list, which has one family', [list('pl-1')], 'let nobody in over IPv4 or IPv6'],
  ])('of %s bring a warning', (_, peers, message) => {
    expect(warningsWith(peers)).toEqual([expect.stringContaining(message)]);
  });

  test('of both families bring none, whether known or not', () => {
    const token = Fn.importValue('List');

    expect(warningsWith([ec2.Peer.anyIpv4(), ec2.Peer.anyIpv6()])).toEqual([]);
    expect(warningsWith([list('pl-1'), list('pl-2')])).toEqual([]);
    expect(warningsWith([ec2.Peer.ipv4('192.0.2.0/24'), list(token)])).toEqual([]);
    expect(warningsWith([ec2.Peer.securityGroupId('sg-0123456789abcdef0')])).toEqual([]);
    expect(warningsWith([])).toEqual([]);
  });

  test('of an IPv4 fleet need that family alone', () => {
    const options = { ipAddressType: IpAddressType.IPV4 };
    const token = Fn.importValue('Network');

    expect(warningsWith([ec2.Peer.anyIpv6()], options)).toEqual([expect.stringContaining('let nobody in over IPv4, so')]);
    expect(warningsWith([ec2.Peer.anyIpv4()], options)).toEqual([]);
    expect(warningsWith([list('pl-1')], options)).toEqual([]);
    expect(warningsWith([ec2.Peer.ipv4(token)], options)).toEqual([]);
  });
});

test('a group of the user that holds IPv6 back brings a warning, and an imported one does not', () => {
  const { stack, vpc } = ipv6Network();
  const own = new ec2.SecurityGroup(stack, 'Own', { vpc });
  const imported = ec2.SecurityGroup.fromSecurityGroupId(stack, 'Imported', Fn.importValue('Group'));
  const open = new ec2.SecurityGroup(stack, 'Open', { vpc, allowAllIpv6Outbound: true });

  for (const [id, group] of Object.entries({ A: own, B: imported, C: open })) {
    new ProxyFleet(stack, id, { vpc, ...DUAL_STACK, securityGroups: [group] })
      .addListener('Http', { port: 80 })
      .addTargets('App', { targets: ProxyTargets.dnsName('app.example.org'), port: 80 });
  }

  expect(warningsOf(stack).filter((warning) => warning.includes('IPv6'))).toEqual([
    expect.stringMatching(
      /^\/Test\/A: a security group that does not let everything out over IPv6 has those connections tracked/,
    ),
  ]);
});
