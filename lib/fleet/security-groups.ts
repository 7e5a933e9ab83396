import { Annotations } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { HEALTH_PORT } from '../private/contract';
import { IpAddressType } from './ip-address-type';
import type { Listener } from './listener';
import type { ProxyFleetProps } from './proxy-fleet-props';

/** VRRP is a protocol of its own, without ports. Source: RFC 9568, "IPv4 Protocol Field" (112). */
const VRRP = new ec2.Port({ protocol: ec2.Protocol.VRRP, stringRepresentation: 'VRRP' });

/** The whole internet, in every family that the fleet speaks. */
function everybody(ipAddressType: IpAddressType): ec2.IPeer[] {
  return ipAddressType === IpAddressType.DUAL_STACK ? [ec2.Peer.anyIpv4(), ec2.Peer.anyIpv6()] : [ec2.Peer.anyIpv4()];
}

/** A group for the traffic that lets everything out in every family that the fleet speaks. */
export function makeTrafficSecurityGroup(scope: Construct, vpc: ec2.IVpc, ipAddressType: IpAddressType): ec2.SecurityGroup {
  return new ec2.SecurityGroup(scope, 'SecurityGroup', {
    vpc,
    description: `Traffic of ${scope.node.path}`,
    allowAllIpv6Outbound: ipAddressType === IpAddressType.DUAL_STACK ? true : undefined,
  });
}

/** Who may connect to a listener: everybody, or whom the user lets in. */
export function openListener(
  listener: Listener,
  {
    connections,
    ipAddressType,
    open = true,
  }: { connections: ec2.Connections; ipAddressType: IpAddressType; open: boolean | undefined },
): void {
  if (open) {
    for (const peer of everybody(ipAddressType))
      connections.allowFrom(peer, ec2.Port.tcp(listener.port), `${listener.node.path} from everybody`);
    return;
  }
  Annotations.of(listener).addWarningV2(
    'cdk-proxy-fleet:trackedConnections',
    'a listener that not everybody may reach has its connections tracked by the security group, up to a ceiling for each instance type',
  );
}

/** Who may ask the proxies for their health. */
export function makeHealthSecurityGroup(
  scope: Construct,
  { vpc, healthCheckPeers }: Pick<ProxyFleetProps, 'vpc' | 'healthCheckPeers'>,
  ipAddressType: IpAddressType,
): ec2.SecurityGroup {
  if (healthCheckPeers) warnOfMissingFamily(scope, healthCheckPeers, ipAddressType);
  const group = new ec2.SecurityGroup(scope, 'HealthSecurityGroup', {
    vpc,
    description: `Health of ${scope.node.path}`,
    allowAllOutbound: false,
  });
  for (const peer of healthCheckPeers ?? everybody(ipAddressType)) {
    group.addIngressRule(peer, ec2.Port.tcp(HEALTH_PORT), `Health of ${scope.node.path}`);
  }
  return group;
}

/**
 * Route 53 judges each family by checks of its own, so each needs a way in. A prefix list holds addresses of one family, which its id
 * does not tell; a security group has members of both.
 */
function warnOfMissingFamily(scope: Construct, peers: ec2.IPeer[], ipAddressType: IpAddressType): void {
  const rules: Partial<ec2.CfnSecurityGroup.IngressProperty>[] = peers.map((peer) => peer.toIngressRuleConfig());
  if (rules.length === 0 || rules.some((rule) => rule.sourceSecurityGroupId !== undefined)) return;
  const families = ipAddressType === IpAddressType.DUAL_STACK ? (['cidrIp', 'cidrIpv6'] as const) : (['cidrIp'] as const);
  const missing = families.filter((key) => !rules.some((rule) => rule[key] !== undefined));
  const lists = rules.filter((rule) => rule.sourcePrefixListId !== undefined).length;
  if (lists >= missing.length) return;
  const names = missing.map((key) => (key === 'cidrIp' ? 'IPv4' : 'IPv6')).join(' or ');
  Annotations.of(scope).addWarningV2(
    'cdk-proxy-fleet:healthCheckFamily',
    `healthCheckPeers let nobody in over ${names}, so health checks of that family fail: ` +
      "add a peer of that family, for Route 53 the prefix list 'com.amazonaws.<region>.route53-healthchecks' (IPv4) or " +
      "'com.amazonaws.<region>.ipv6.route53-healthchecks'",
  );
}

/** Every proxy of the fleet is in the group, so its members hear each other, and nobody else. */
export function allowHeartbeats(group: ec2.SecurityGroup): void {
  group.addIngressRule(group, VRRP, 'Heartbeats of the proxies');
  group.addEgressRule(group, VRRP, 'Heartbeats of the proxies');
}

/** Connections are untracked only where everything may go out. Source: EC2 user guide, "Security group connection tracking". */
export function warnWhenTracked(scope: Construct, groups: ec2.ISecurityGroup[], ipAddressType: IpAddressType): void {
  if (ipAddressType === IpAddressType.DUAL_STACK && groups.some(holdsIpv6Back)) {
    Annotations.of(scope).addWarningV2(
      'cdk-proxy-fleet:trackedIpv6Connections',
      'a security group that does not let everything out over IPv6 has those connections tracked, up to a ceiling for each instance type: ' +
        'set allowAllIpv6Outbound',
    );
  }
  if (groups.every((group) => group.allowAllOutbound)) return;
  Annotations.of(scope).addWarningV2(
    'cdk-proxy-fleet:trackedConnections',
    'a security group that does not let everything out has its connections tracked, up to a ceiling for each instance type: set allowAllOutbound',
  );
}

/** True for a group of this app that does not let everything out over IPv6; of an imported one that is not known. */
function holdsIpv6Back(group: ec2.ISecurityGroup): boolean {
  return group instanceof ec2.SecurityGroup && !group.allowAllIpv6Outbound;
}
