/** Roles of instances that a user brings along: what they must be allowed, and who is told. */

import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { ProxyFleet, ProxyTargets, VirtualIp } from 'cdk-proxy-fleet';
import { certificate } from '../engine/running-fleet';
import { network, warningsOf } from './fixture';

const ARN = 'arn:aws:iam::123456789012:role/proxy';
const PERMISSIONS = ['programs', 'drain', 'report', 'certificates', 'hints'];

/** A fleet that needs every permission there is. */
function fleetWith(makeRole: (stack: ReturnType<typeof network>['stack']) => iam.IRole) {
  const { stack, vpc } = network();
  const fleet = new ProxyFleet(stack, 'Edge', { vpc, role: makeRole(stack) });
  fleet
    .addListener('Https', { port: 443, certificates: [certificate(stack, 'app')] })
    .addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });
  new VirtualIp(stack, 'Vip', { fleet });
  return stack;
}

const told = (stack: ReturnType<typeof network>['stack']) =>
  warningsOf(stack).flatMap((warning) => /role cannot be changed here.*\[ack: cdk-proxy-fleet:(\w+)\]/s.exec(warning)?.[1] ?? []);

test.each([
  ['is imported as not mutable', { mutable: false }],
  ['leaves permissions to resources', { mutable: false, addGrantsToResources: true }],
])('a role that %s: a warning tells each permission that it needs', (_, options) => {
  const stack = fleetWith((scope) => iam.Role.fromRoleArn(scope, 'Role', ARN, options));

  expect(told(stack).sort()).toEqual([...PERMISSIONS].sort());
  expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).not.toContain('CompleteLifecycleAction');
});

test.each<[string, (stack: ReturnType<typeof network>['stack']) => iam.IRole]>([
  ['made here', (stack) => new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') })],
  ['imported by its ARN', (stack) => iam.Role.fromRoleArn(stack, 'Role', ARN)],
  ['imported by its name', (stack) => iam.Role.fromRoleName(stack, 'Role', 'proxy')],
])('a role that is %s takes all permissions, and nobody is warned', (_, makeRole) => {
  const stack = fleetWith(makeRole);

  expect(told(stack)).toEqual([]);
  expect(JSON.stringify(Template.fromStack(stack).findResources('AWS::IAM::Policy'))).toContain('CompleteLifecycleAction');
});

test('a role of another stack stays there, and what the fleet adds to it is in the stack of the fleet', () => {
  const app = new App();
  const before = new Stack(app, 'Before');
  const role = new iam.Role(before, 'Role', { assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com') });
  const stack = new Stack(app, 'Test');
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0 });
  const fleet = new ProxyFleet(stack, 'Edge', { vpc, role });
  fleet.addListener('Http', { port: 80 }).addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });
  new VirtualIp(stack, 'Vip', { fleet });

  const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy');
  expect(told(stack)).toEqual([]);
  expect(JSON.stringify(policies)).toContain('CompleteLifecycleAction');
  Template.fromStack(before).resourceCountIs('AWS::IAM::Policy', 0);
});
