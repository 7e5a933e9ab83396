import { App, aws_ec2 as ec2, aws_iam as iam, NestedStack, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ProxyFleet, ProxyTargets } from 'cdk-proxy-fleet';
import { statementsByRole } from '../templates/permissions';
import type { SynthesizedTemplate } from '../templates/synth';
import { fleetOf, network, userDataOf, warningsOf } from './fixture';

describe('commands of the user', () => {
  test('run after the programs are there and before the configuration is checked', () => {
    const { stack } = fleetOf({ bootCommands: ['dnf install -y socat', 'echo done >/run/done'] });

    const lines = userDataOf(stack)
      .split('\n')
      .map((line) => line.trim());
    const places = [
      /^python3 -m zipfile/,
      /^dnf install -y socat/,
      /^echo done/,
      /^\/usr\/sbin\/haproxy -c/,
      /^systemctl restart proxy-fleet$/,
    ];
    const order = places.map((place) => lines.findIndex((line) => place.test(line)));
    expect(order.every((at, index) => at > (order[index - 1] ?? 0))).toBe(true);
    expect(order[2]).toBe((order[1] ?? 0) + 1);
  });

  test('that are empty are refused', () => {
    expect(() => fleetOf({ bootCommands: ['true', ' '] })).toThrow(
      'bootCommands must be commands of a shell, got " ": leave it out [Test/Edge]',
    );
  });

  test('may be known at deploy time only', () => {
    const stack = new Stack(new App(), 'Other');

    expect(() => fleetOf({ bootCommands: [stack.stackId] })).not.toThrow();
  });
});

describe('the ranges of the zones', () => {
  const zonesOf = (stack: Stack) => /ZONES='(.*)'/.exec(userDataOf(stack))?.[1];

  test('are told apart where zones are known at deploy time only', () => {
    const { stack } = fleetOf({ zones: 2 });

    const subnets = Object.values(Template.fromStack(stack).findResources('AWS::EC2::Subnet')).map(
      ({ Properties }) => Properties,
    );
    const blocks = (zone: number) =>
      subnets
        .filter(({ AvailabilityZone }) => AvailabilityZone['Fn::Select'][0] === zone)
        .map(({ CidrBlock }) => CidrBlock)
        .join(',');
    expect(blocks(0)).toMatch(/^10\.0\./);
    expect(zonesOf(stack)).toMatch(new RegExp(`^\\S+=${blocks(0)} \\S+=${blocks(1)}$`));
  });

  test('hold nothing of imported subnets that do not tell theirs', () => {
    const stack = new Stack(new App(), 'Test');
    const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['eu-central-1a', 'eu-central-1b'],
      publicSubnetIds: ['subnet-1', 'subnet-2'],
      privateSubnetIds: ['subnet-3', 'subnet-4'],
      privateSubnetIpv4CidrBlocks: ['10.0.3.0/24', '10.0.4.0/24'],
    });
    const fleet = new ProxyFleet(stack, 'Edge', { vpc });
    fleet.addListener('Http', { port: 80 }).addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.3.5']), port: 8080 });

    expect(zonesOf(stack)).toBe('eu-central-1a=10.0.3.0/24 eu-central-1b=10.0.4.0/24');
  });
});

test.each([
  [ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.SMALL), 'arm64'],
  [ec2.InstanceType.of(ec2.InstanceClass.C7I, ec2.InstanceSize.LARGE), 'x86_64'],
])('instances of %s run the image for their processor', (instanceType, processor) => {
  const { stack } = fleetOf({ instanceType });

  const parameters = Object.values(Template.fromStack(stack).toJSON().Parameters as Record<string, { Default?: string }>);
  expect(parameters.map(({ Default }) => Default).filter((name) => name?.includes('ami-amazon-linux'))).toEqual([
    expect.stringMatching(new RegExp(`al2023-ami-kernel-.*-${processor}$`)),
  ]);
});

test('connections that a security group tracks are forgotten after less than six minutes, on every type', () => {
  const { stack } = fleetOf();

  Template.fromStack(stack).allResourcesProperties('AWS::EC2::NetworkInterface', {
    ConnectionTrackingSpecification: { TcpEstablishedTimeout: 350 },
  });
});

test('a role that takes no permissions is warned about: its instances cannot have themselves replaced', () => {
  const { stack, vpc } = network();
  const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
  jest.spyOn(role, 'addToPrincipalPolicy').mockReturnValue({ statementAdded: false });

  new ProxyFleet(stack, 'Edge', { vpc, role })
    .addListener('Http', { port: 80 })
    .addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });

  expect(warningsOf(stack)).toContainEqual(
    expect.stringContaining('an instance whose proxy stays hung is not replaced: allow it to autoscaling:SetInstanceHealth'),
  );
});

describe("CloudWatch's agent", () => {
  const inNamespace = { StringEquals: { 'cloudwatch:namespace': 'ProxyFleet' } };
  const mayPut = (stack: Stack) =>
    (statementsByRole(Template.fromStack(stack).toJSON() as SynthesizedTemplate).EdgeRole ?? [])
      .filter(({ actions }) => actions.includes('cloudwatch:PutMetricData'))
      .map(({ condition }) => condition);

  test('is installed where it is wanted, with the name of the fleet and the right to send in one namespace', () => {
    const { stack } = fleetOf({ cloudWatchAgent: true });

    expect(userDataOf(stack)).toMatch(/^ *FLEET='Test\/Edge'$/m);
    expect(userDataOf(stack)).toMatch(/^ *retry 60 10 dnf install -y .* amazon-cloudwatch-agent$/m);
    expect(mayPut(stack)).toEqual([inNamespace]);
  });

  test('is refused for a fleet whose name a shell would read as something else', () => {
    const { stack, vpc } = network(3);

    expect(() => new ProxyFleet(stack, "Bob's", { vpc, cloudWatchAgent: true })).toThrow(
      "ids of a fleet with cloudWatchAgent must be of letters, digits, spaces and '._:-', got 'Bob's': choose others, or leave it out",
    );
    expect(() => new ProxyFleet(stack, 'Web&Api', { vpc })).not.toThrow();
    expect(() => new ProxyFleet(new NestedStack(stack, 'Nested'), 'Edge', { vpc, cloudWatchAgent: true })).not.toThrow();
  });

  test('is not there otherwise', () => {
    const { stack } = fleetOf();

    expect(userDataOf(stack)).not.toMatch(/FLEET|cloudwatch/);
    expect(mayPut(stack)).toEqual([]);
  });
});
