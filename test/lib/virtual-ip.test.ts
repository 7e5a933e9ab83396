import { type App, Duration, Fn, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { MultivalueEndpoint, Preemption, VirtualIp } from 'cdk-proxy-fleet';
import { fleetOf, topologyOf, userDataOf, zoneOf } from './fixture';

test('every slot gets a secondary private address for each virtual IP, and waits for it at boot', () => {
  const { stack, fleet } = fleetOf();

  new VirtualIp(stack, 'One', { fleet });
  new VirtualIp(stack, 'Two', { fleet });

  Template.fromStack(stack).allResourcesProperties('AWS::EC2::NetworkInterface', { SecondaryPrivateIpAddressCount: 2 });
  expect(userDataOf(stack)).toContain("ADDRESSES='3'");
});

test('a fleet without virtual IPs has no runtime code and no secondary addresses', () => {
  const { stack } = fleetOf();

  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::Lambda::Function', 0);
  template.allResourcesProperties('AWS::EC2::NetworkInterface', { SecondaryPrivateIpAddressCount: Match.absent() });
});

test('the budget is detection, a decision and an address move', () => {
  const { stack, fleet } = fleetOf();

  const vip = new VirtualIp(stack, 'Vip', { fleet, heartbeat: Duration.seconds(1) });

  expect(vip.failoverBudget.formula).toBe('detection 4 s + decision 10 s (assumed) + address move 10 s (assumed) = 24 s');
});

describe('home and preemption', () => {
  test('are the first slot and never, unless told otherwise', () => {
    const { stack, fleet } = fleetOf();

    new VirtualIp(stack, 'One', { fleet });
    new VirtualIp(stack, 'Two', { fleet, home: fleet.slots[2], preemption: Preemption.after(Duration.minutes(2)) });
    new VirtualIp(stack, 'Three', { fleet, preemption: Preemption.after(Duration.seconds(0)) });

    expect(topologyOf(stack).virtualIps).toEqual([
      expect.objectContaining({ name: 'One', home: '1' }),
      expect.objectContaining({ name: 'Two', home: '3', preemptAfterSeconds: 120 }),
      expect.objectContaining({ name: 'Three', home: '1', preemptAfterSeconds: 0 }),
    ]);
    expect(topologyOf(stack).virtualIps[0]).not.toHaveProperty('preemptAfterSeconds');
  });

  test('must be a slot of the fleet, and a time that is known', () => {
    const { stack, fleet } = fleetOf();
    const { fleet: stranger } = fleetOf();

    expect(() => new VirtualIp(stack, 'A', { fleet, home: stranger.slots[0] })).toThrow(
      "home must be a slot of 'Test/Edge', got 'Test/Edge/Slots/1': use one of fleet.slots [Test/A]",
    );
    expect(() => new VirtualIp(stack, 'B', { fleet, preemption: Preemption.after(Duration.days(2)) })).toThrow(
      'delay of a preemption must be at most a day, got 2 days: use Preemption.never() [Test/B]',
    );
    const token = Duration.seconds(Token.asNumber({ Ref: 'X' }));
    expect(() => new VirtualIp(stack, 'C', { fleet, preemption: Preemption.after(token) })).toThrow('must be known at synth');
  });
});

test('alarms tell of everything that somebody must hear of, once a fleet', () => {
  const { stack, fleet } = fleetOf();

  const vip = new VirtualIp(stack, 'One', { fleet });
  new VirtualIp(stack, 'Two', { fleet });

  const alarms = Object.values(Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm'));
  expect(
    alarms.map(({ Properties: { MetricName, Namespace, ComparisonOperator, Threshold, TreatMissingData } }) =>
      [Namespace, MetricName, ComparisonOperator, Threshold, TreatMissingData].join(' '),
    ),
  ).toEqual([
    'ProxyFleet LiveSlots LessThanThreshold 1 ignore',
    'ProxyFleet MovesAboveCap GreaterThanOrEqualToThreshold 1 ignore',
    'ProxyFleet UnassociatedVirtualIps GreaterThanOrEqualToThreshold 1 ignore',
    'ProxyFleet StuckVirtualIps GreaterThanOrEqualToThreshold 1 ignore',
    'ProxyFleet SilentObservers GreaterThanOrEqualToThreshold 1 ignore',
    'AWS/Lambda Errors GreaterThanOrEqualToThreshold 1 notBreaching',
    'AWS/Lambda Throttles GreaterThanOrEqualToThreshold 1 notBreaching',
    'AWS/Lambda Invocations LessThanThreshold 1 breaching',
  ]);
  expect(vip.alarms).toHaveLength(alarms.length);
  const dimension = vip.metricMoves().dimensions;
  expect(dimension).toEqual({ Fleet: 'Test/Edge' });
  expect(topologyOf(stack).fleet).toBe('Test/Edge');
});

test('an address can be brought along: nothing is allocated, and its record follows what the holder reports', () => {
  const { stack, fleet } = fleetOf();

  const vip = new VirtualIp(stack, 'Vip', { fleet, allocationId: 'eipalloc-0123456789abcdef0' });
  new MultivalueEndpoint(stack, 'App', { zone: zoneOf(stack), addresses: vip });

  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::EC2::EIP', 3);
  template.hasResourceProperties('Custom::ProxyFleetVirtualIp', { AllocationId: 'eipalloc-0123456789abcdef0' });
  template.hasResourceProperties('AWS::Route53::HealthCheck', {
    HealthCheckConfig: { IPAddress: { 'Fn::GetAtt': [Match.stringLikeRegexp('VipHolder'), 'IpAddress'] } },
  });
});

test('a new address is kept when the removal policy says so', () => {
  const { stack, fleet } = fleetOf();

  new VirtualIp(stack, 'Vip', { fleet, removalPolicy: RemovalPolicy.RETAIN });

  expect(Object.keys(Template.fromStack(stack).findResources('AWS::EC2::EIP', { DeletionPolicy: 'Retain' }))).toHaveLength(1);
});

test('a change of the fleet’s interfaces makes CloudFormation prime the address again', () => {
  const { stack, fleet } = fleetOf({ zones: 2 });

  new VirtualIp(stack, 'Vip', { fleet });

  const [one, two] = fleet.slots.map(({ networkInterface }) => stack.resolve(networkInterface.ref));
  Template.fromStack(stack).hasResourceProperties('Custom::ProxyFleetVirtualIp', {
    Interfaces: { 'Fn::Join': ['', [one, ',', two]] },
  });
});

test('one takeover function serves all virtual IPs of a fleet, with one probe function for each zone', () => {
  const { stack, fleet } = fleetOf({ zones: 2, proxies: 3 });

  new VirtualIp(stack, 'One', { fleet });
  new VirtualIp(stack, 'Two', { fleet });

  Template.fromStack(stack).resourceCountIs('AWS::Lambda::Function', 2 + 2);
});

describe('bad input', () => {
  test('more addresses than an interface carries', () => {
    const { stack, fleet } = fleetOf({ instanceType: new ec2.InstanceType('t4g.nano') });
    new VirtualIp(stack, 'One', { fleet });

    expect(() => new VirtualIp(stack, 'Two', { fleet })).toThrow(
      'an interface of t4g.nano carries 2 addresses, got 1 + 2 virtual IPs: choose a larger instanceType [Test/Two]',
    );
  });

  test.each([
    ['t4g.small', 3],
    ['t3.medium', 5],
    ['c7g.medium', 3],
    ['c7g.large', 9],
    ['m6i.2xlarge', 14],
  ])('%s carries %d virtual IPs and no more', (type, most) => {
    const { stack, fleet } = fleetOf({ instanceType: new ec2.InstanceType(type) });
    for (let n = 0; n < most; n++) new VirtualIp(stack, `Vip${n}`, { fleet });

    expect(() => new VirtualIp(stack, 'OneTooMany', { fleet })).toThrow(`an interface of ${type} carries ${most + 1} addresses`);
  });

  test('a type of instance of which nobody knows what an interface carries is not judged', () => {
    const { stack, fleet } = fleetOf({ instanceType: new ec2.InstanceType('x2idn.metal') });
    for (let n = 0; n < 6; n++) new VirtualIp(stack, `Vip${n}`, { fleet });

    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('a fleet of another stack', () => {
    const { stack, fleet } = fleetOf();
    const other = new Stack(stack.node.root as App, 'Other');

    expect(() => new VirtualIp(other, 'Vip', { fleet })).toThrow("fleet must be of the same stack, got 'Test/Edge'");
  });

  test('an allocation id that is none, and a removal policy for an address of somebody else', () => {
    const { stack, fleet } = fleetOf();

    expect(() => new VirtualIp(stack, 'A', { fleet, allocationId: '203.0.113.1' })).toThrow(
      "allocationId must look like 'eipalloc-",
    );
    expect(() => new VirtualIp(stack, 'B', { fleet, allocationId: 'eipalloc-0a', removalPolicy: RemovalPolicy.RETAIN })).toThrow(
      'removalPolicy is for a new Elastic IP',
    );
  });

  test('one address for two virtual IPs', () => {
    const { stack, fleet } = fleetOf();
    new VirtualIp(stack, 'A', { fleet, allocationId: 'eipalloc-0a' });

    expect(() => new VirtualIp(stack, 'B', { fleet, allocationId: 'eipalloc-0a' })).toThrow(
      "allocationId must be unique, got that of 'Test/A'",
    );
  });

  test('an allocation id that is a token passes', () => {
    const { stack, fleet } = fleetOf();

    expect(() => new VirtualIp(stack, 'A', { fleet, allocationId: Token.asString(Fn.importValue('Address')) })).not.toThrow();
  });
});
