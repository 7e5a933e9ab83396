import { CfnParameter, Duration, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ListenerProtocol, ProxyFleet, ProxyTargets, TargetHealthCheck, VirtualIp } from 'cdk-proxy-fleet';
import { fleetOf, network, userDataOf } from './fixture';

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

    expect(() => listener.addTargets('Second', targets)).toThrow(
      "a listener has one group of targets without conditions, got a second 'Second'",
    );
  });

  test.each(['10.0.0.5', '10.0.0.05', '300.1.1.1', 'app..example.org', ''])('targets called %p', (name) => {
    const { fleet } = fleetOf();
    const listener = fleet.addListener('Tcp', { port: 5000 });

    expect(() => listener.addTargets('T', { targets: ProxyTargets.dnsName(name), port: 80 })).toThrow(
      `dnsName must be a host name, got '${name}'`,
    );
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
    expect(written).toContain('server zonal-1 {"Ref":"Address"}:{"Ref":"Port"}');
    expect(written).toContain('server-template zonal- 32 {"Ref":"Name"}:80');
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
