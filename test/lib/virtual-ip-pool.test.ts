import { Duration, Fn, Token } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { MultivalueEndpoint, Preemption, VirtualIpPool } from 'cdk-proxy-fleet';
import { fleetOf, topologyOf, zoneOf } from './fixture';

test('there is one virtual IP for each slot, at home there, which takes it back after five minutes', () => {
  const { stack, fleet } = fleetOf();

  const pool = new VirtualIpPool(stack, 'Vips', { fleet });

  expect(pool.ipAddresses).toHaveLength(3);
  expect(topologyOf(stack).virtualIps.map(({ name, home, preemptAfterSeconds }) => [name, home, preemptAfterSeconds])).toEqual([
    ['Vips/1', '1', 300],
    ['Vips/2', '2', 300],
    ['Vips/3', '3', 300],
  ]);
  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::EC2::EIP', 3 + 3);
  template.resourceCountIs('Custom::ProxyFleetVirtualIp', 3);
  template.allResourcesProperties('AWS::EC2::NetworkInterface', { SecondaryPrivateIpAddressCount: 3 });
});

test('its size is free, homes are dealt out in turn, and nothing need go home', () => {
  const { stack, fleet } = fleetOf({ zones: 2, instanceType: new ec2.InstanceType('c7g.large') });

  new VirtualIpPool(stack, 'Vips', { fleet, size: 5, preemption: Preemption.never() });

  const { virtualIps } = topologyOf(stack);
  expect(virtualIps.map(({ home }) => home)).toEqual(['1', '2', '1', '2', '1']);
  expect(virtualIps.some(({ preemptAfterSeconds }) => preemptAfterSeconds !== undefined)).toBe(false);
});

test('a name over a pool has one record and one check for each virtual IP, which wait until a proxy holds it', () => {
  const { stack, fleet } = fleetOf();
  const pool = new VirtualIpPool(stack, 'Vips', { fleet });

  new MultivalueEndpoint(stack, 'App', { zone: zoneOf(stack), recordName: 'app', addresses: pool, ttl: Duration.seconds(30) });

  const template = Template.fromStack(stack);
  const records = Object.values(template.findResources('AWS::Route53::RecordSet'));
  expect(records).toHaveLength(3);
  expect(new Set(records.map(({ Properties }) => Properties.SetIdentifier)).size).toBe(3);
  for (const [index, record] of records.entries()) {
    expect(record.DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(new RegExp(`^Vips${index + 1}Holder`))]));
  }
  template.resourceCountIs('AWS::Route53::HealthCheck', 3);
  template.allResourcesProperties('Custom::ProxyFleetVirtualIp', { ReleaseDelaySeconds: '30' });
});

test('addresses can be brought along, one for each', () => {
  const { stack, fleet } = fleetOf({ zones: 2 });

  new VirtualIpPool(stack, 'Vips', { fleet, allocationIds: ['eipalloc-0a', 'eipalloc-0b'] });

  const template = Template.fromStack(stack);
  template.resourceCountIs('AWS::EC2::EIP', 2);
  template.hasResourceProperties('Custom::ProxyFleetVirtualIp', { AllocationId: 'eipalloc-0b' });
});

test('its budgets and alarms are those of its virtual IPs', () => {
  const { stack, fleet } = fleetOf();

  const pool = new VirtualIpPool(stack, 'Vips', { fleet, heartbeat: Duration.seconds(1) });

  expect(pool.failoverBudget.formula).toMatch(/^detection 4 s \+ decision/);
  Template.fromStack(stack).resourceCountIs('AWS::CloudWatch::Alarm', pool.alarms.length);
  Template.fromStack(stack).allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmDescription: Match.stringLikeRegexp(': ') });
});

describe('bad input', () => {
  test.each([0, 2.5, 50])('a size of %d', (size) => {
    const { stack, fleet } = fleetOf();

    expect(() => new VirtualIpPool(stack, 'Vips', { fleet, size })).toThrow(
      `size of a pool must be a whole number from 1 to 49, got ${size}: leave it out for one virtual IP a slot [Test/Vips]`,
    );
  });

  test('a size or a list that only a deploy knows', () => {
    const { stack, fleet } = fleetOf();
    const token = 'size and number of allocationIds must be known at synth, got a token';

    expect(() => new VirtualIpPool(stack, 'A', { fleet, size: Token.asNumber({ Ref: 'Size' }) })).toThrow(token);
    expect(() => new VirtualIpPool(stack, 'B', { fleet, allocationIds: Fn.split(',', Fn.importValue('Addresses')) })).toThrow(
      token,
    );
  });

  test('single allocations that only a deploy knows are fine', () => {
    const { stack, fleet } = fleetOf({ zones: 2 });

    const allocationIds = ['One', 'Two'].map((name) => Fn.importValue(name));
    expect(() => new VirtualIpPool(stack, 'Vips', { fleet, allocationIds })).not.toThrow();
  });

  test('another number of addresses than its size', () => {
    const { stack, fleet } = fleetOf();

    expect(() => new VirtualIpPool(stack, 'Vips', { fleet, size: 3, allocationIds: ['eipalloc-0a'] })).toThrow(
      'allocationIds must hold one allocation for each of 3 virtual IPs, got 1: add or remove some [Test/Vips]',
    );
  });

  test('more virtual IPs than an interface carries', () => {
    const { stack, fleet } = fleetOf();

    expect(() => new VirtualIpPool(stack, 'Vips', { fleet, size: 4 })).toThrow(
      'an interface of t4g.small carries 4 addresses, got 1 + 4 virtual IPs: choose a larger instanceType [Test/Vips/4]',
    );
  });
});

test('more than the functions can be told of is an error at synth', () => {
  const { stack, fleet } = fleetOf({ zones: 2, instanceType: new ec2.InstanceType('c7gn.16xlarge') });
  new VirtualIpPool(stack, 'Vips', { fleet, size: 34 });

  expect(() => Template.fromStack(stack)).toThrow(
    /slots and virtual IPs of a fleet must be told in 3800 bytes, got \d+: use fewer of them/,
  );
});
