/** What synth decides about drains: how long each step takes, who waits for it, and who may end the wait. */
import { type App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import {
  FailoverBranch,
  FailoverEndpoint,
  MultivalueEndpoint,
  ProxyFleet,
  ProxyHealthCheck,
  ProxyTargets,
  VirtualIp,
} from 'cdk-proxy-fleet';
import { DRAIN_ENVIRONMENT_PATH, DRAIN_SECONDS, MAX_DRAIN_SERVE_SECONDS } from '../../lib/private/contract';
import { writtenFiles } from '../../rehearsal/template/written-files';
import { fleetOf, network, userDataOf, warningsOf, zoneOf } from './fixture';

const OTHER_STEPS = DRAIN_SECONDS.virtualIps + DRAIN_SECONDS.stop + DRAIN_SECONDS.rest;

/** Seconds that a proxy serves on: without and with virtual IPs that could not leave. */
function serveSeconds(stack: Stack): number[] {
  const file = writtenFiles(userDataOf(stack)).find(({ path }) => path === DRAIN_ENVIRONMENT_PATH)?.content ?? '';
  return ['SERVE_SECONDS', 'SERVE_SECONDS_WITH_VIRTUAL_IPS'].map((name) =>
    Number(new RegExp(`^${name}='(.*)'$`, 'm').exec(file)?.[1]),
  );
}

const groupsOf = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('AWS::AutoScaling::AutoScalingGroup'));

describe('a proxy serves on for as long as clients may come', () => {
  test('to a fleet that no name leads to nobody comes', () => {
    const { stack } = fleetOf();

    expect(serveSeconds(stack)).toEqual([0, 0]);
  });

  test('the slowest of its endpoints counts: detection, propagation and TTL', () => {
    const { stack, fleet } = fleetOf();
    const zone = zoneOf(stack);
    new MultivalueEndpoint(stack, 'A', { zone, recordName: 'a', addresses: fleet });
    expect(fleet._core.drain.times.ownSeconds).toBe(118);

    const healthCheck = ProxyHealthCheck.http({ interval: Duration.seconds(30) });
    new FailoverEndpoint(stack, 'B', {
      zone,
      recordName: 'b',
      primary: FailoverBranch.addresses(fleet, { healthCheck }),
      secondary: FailoverBranch.ipAddresses(['192.0.2.1']),
      ttl: Duration.seconds(30),
    });

    expect(serveSeconds(stack)).toEqual([148, 148]);
  });

  test('an endpoint in another stack counts, too', () => {
    const { stack, fleet } = fleetOf();
    const other = new Stack(stack.node.root as App, 'Other');

    new MultivalueEndpoint(other, 'A', { zone: zoneOf(other), addresses: fleet });

    expect(serveSeconds(stack)).toEqual([118, 118]);
  });

  test('names of virtual IPs count only for virtual IPs that could not leave', () => {
    const { stack, fleet } = fleetOf();
    const vip = new VirtualIp(stack, 'Vip', { fleet });

    new MultivalueEndpoint(stack, 'A', { zone: zoneOf(stack), addresses: vip });

    expect(serveSeconds(stack)).toEqual([0, 118]);
  });

  test('what only a deploy knows is taken for the longest that the budget assumes', () => {
    const { stack, fleet } = fleetOf();
    const ttl = Duration.seconds(new CfnParameter(stack, 'Ttl', { type: 'Number' }).valueAsNumber);

    new MultivalueEndpoint(stack, 'A', { zone: zoneOf(stack), addresses: fleet, ttl });

    expect(serveSeconds(stack)).toEqual([118, 118]);
  });

  test('a publisher of another library that does not say is taken for the slowest', () => {
    const { stack, fleet } = fleetOf();

    fleet.bindAddresses(stack, { ttl: Duration.seconds(20) });

    expect(serveSeconds(stack)).toEqual([430, 430]);
  });

  test('drainTime says it in place of the endpoints', () => {
    const { stack, fleet } = fleetOf({ drainTime: Duration.minutes(4) });

    new MultivalueEndpoint(stack, 'A', { zone: zoneOf(stack), addresses: fleet });

    expect(serveSeconds(stack)).toEqual([240, 240]);
  });

  test('a name that takes longer than a deploy can wait is warned of', () => {
    const { stack, fleet } = fleetOf();

    new MultivalueEndpoint(stack, 'A', { zone: zoneOf(stack), addresses: fleet, ttl: Duration.hours(1) });

    expect(serveSeconds(stack)).toEqual([MAX_DRAIN_SERVE_SECONDS, MAX_DRAIN_SERVE_SECONDS]);
    expect(warningsOf(stack)).toContainEqual(
      expect.stringContaining('clients need up to 3658 s to leave a proxy, which serves for 2400 s at most'),
    );
  });

  test.each([
    [
      Duration.minutes(41),
      'drainTime must be a whole number of seconds, at most 2400, got 2460: use Duration.minutes(2) [Test/Edge]',
    ],
    [Duration.millis(1500), 'got 1.5'],
  ])('drainTime of %s is refused', (drainTime, message) => {
    expect(() => fleetOf({ drainTime })).toThrow(message);
  });

  test('drainTime that only a deploy knows is refused', () => {
    const { stack, vpc } = network();
    const drainTime = Duration.seconds(new CfnParameter(stack, 'Seconds', { type: 'Number' }).valueAsNumber);

    expect(() => new ProxyFleet(stack, 'Edge', { vpc, drainTime })).toThrow('drainTime must be known at synth, got a token');
  });
});

test('every group waits for the whole drain before it ends an instance, and an update waits for it and a boot', () => {
  const { stack } = fleetOf({ drainTime: Duration.seconds(MAX_DRAIN_SERVE_SECONDS) });

  const groups = groupsOf(stack);
  expect(groups).toHaveLength(3);
  for (const { Properties, UpdatePolicy } of groups) {
    expect(Properties.LifecycleHookSpecificationList).toEqual([
      {
        LifecycleHookName: 'drain',
        LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
        DefaultResult: 'CONTINUE',
        HeartbeatTimeout: MAX_DRAIN_SERVE_SECONDS + OTHER_STEPS,
      },
    ]);
    expect(UpdatePolicy.AutoScalingRollingUpdate.PauseTime).toBe('PT59M');
  }
});

test('every slot is told by a tag: stack, path of the fleet, slot', () => {
  const { stack } = fleetOf();

  const tags = groupsOf(stack).map(({ Properties }) =>
    Properties.Tags.find(({ Key }: { Key: string }) => Key === 'proxy-fleet-slot'),
  );

  expect(tags).toEqual(
    ['1', '2', '3'].map((slot) => ({ Key: 'proxy-fleet-slot', PropagateAtLaunch: true, Value: `Test/Edge/${slot}` })),
  );
});

test('the groups are there for as long as their instances may end the wait', () => {
  const { stack } = fleetOf();

  for (const { DependsOn } of groupsOf(stack)) expect(DependsOn).toContainEqual(expect.stringMatching(/^EdgeRoleDefaultPolicy/));
});

test('a role that cannot be changed here is left as it is', () => {
  const { stack, vpc } = network();
  const role = iam.Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::123456789012:role/proxy', { mutable: false });

  const fleet = new ProxyFleet(stack, 'Edge', { vpc, role });
  fleet.addListener('Http', { port: 80 }).addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });

  Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
});

test('a secondary counts as a primary does', () => {
  const { stack, fleet } = fleetOf();
  const zone = zoneOf(stack);

  new FailoverEndpoint(stack, 'B', {
    zone,
    primary: FailoverBranch.ipAddresses(['192.0.2.1'], { healthCheck: ProxyHealthCheck.http() }),
    secondary: FailoverBranch.addresses(fleet),
  });

  expect(serveSeconds(stack)).toEqual([118, 118]);
});
