import { Annotations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { HEALTH_PORT } from '../private/contract';
import type { ProxyFleetProps } from './proxy-fleet-props';

/** VRRP is a protocol of its own, without ports. Source: RFC 9568, "IPv4 Protocol Field" (112). */
const VRRP = new ec2.Port({ protocol: ec2.Protocol.VRRP, stringRepresentation: 'VRRP' });

/** Who may ask the proxies for their health. */
export function makeHealthSecurityGroup(
  scope: Construct,
  { vpc, healthCheckPeers }: Pick<ProxyFleetProps, 'vpc' | 'healthCheckPeers'>,
): ec2.SecurityGroup {
  const group = new ec2.SecurityGroup(scope, 'HealthSecurityGroup', {
    vpc,
    description: `Health of ${scope.node.path}`,
    allowAllOutbound: false,
  });
  for (const peer of healthCheckPeers ?? [ec2.Peer.anyIpv4()]) {
    group.addIngressRule(peer, ec2.Port.tcp(HEALTH_PORT), `Health of ${scope.node.path}`);
  }
  return group;
}

/** Every proxy of the fleet is in the group, so its members hear each other, and nobody else. */
export function allowHeartbeats(group: ec2.SecurityGroup): void {
  group.addIngressRule(group, VRRP, 'Heartbeats of the proxies');
  group.addEgressRule(group, VRRP, 'Heartbeats of the proxies');
}

/** Connections are untracked only where everything may go out. Source: EC2 user guide, "Security group connection tracking". */
export function warnWhenTracked(scope: Construct, groups: ec2.ISecurityGroup[]): void {
  if (groups.every((group) => group.allowAllOutbound)) return;
  Annotations.of(scope).addWarningV2(
    'cdk-proxy-fleet:trackedConnections',
    'a security group that does not let everything out has its connections tracked, up to a ceiling for each instance type: set allowAllOutbound',
  );
}
