import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { fail } from '../private/validate';

/**
 * The public subnets for a fleet, by zone.
 *
 * @throws when the subnets are not public or lie in one zone
 */
export function publicSubnetsByZone(
  scope: Construct,
  wish: { vpc: ec2.IVpc; vpcSubnets?: ec2.SubnetSelection },
): Map<string, ec2.ISubnet[]> {
  if (wish.vpc.publicSubnets.length === 0) fail(scope, 'vpc must have public subnets, got 0: add a public subnet in each zone');
  const { subnets } = wish.vpc.selectSubnets(wish.vpcSubnets ?? { subnetType: ec2.SubnetType.PUBLIC });
  const hidden = [...wish.vpc.privateSubnets, ...wish.vpc.isolatedSubnets].map(({ subnetId }) => subnetId);
  const wrong = subnets.filter(({ subnetId }) => hidden.includes(subnetId));
  if (wrong.length > 0) fail(scope, `vpcSubnets must be public, got ${wrong.length} that are not: select public subnets`);
  const zones = new Map<string, ec2.ISubnet[]>();
  for (const subnet of subnets) zones.set(subnet.availabilityZone, [...(zones.get(subnet.availabilityZone) ?? []), subnet]);
  if (zones.size < 2) {
    fail(scope, `vpcSubnets must lie in at least 2 availability zones, got ${zones.size}: raise the VPC's 'maxAzs'`);
  }

  return zones;
}

/**
 * Deals the slots of a fleet out to public subnets, zone by zone in turn, so that losing a zone takes as few proxies as can be.
 *
 * @throws when there would be fewer than two slots
 */
export function chooseSubnets(
  scope: Construct,
  wish: { vpc: ec2.IVpc; vpcSubnets?: ec2.SubnetSelection; proxies?: number },
): ec2.ISubnet[] {
  const zones = publicSubnetsByZone(scope, wish);
  const proxies = wish.proxies ?? zones.size;
  if (Token.isUnresolved(proxies))
    fail(scope, 'proxies must be known at synth, got a token: every slot has resources of its own');
  if (!Number.isInteger(proxies) || proxies < 2) {
    fail(scope, `proxies must be a whole number of at least 2 to survive a failure, got ${proxies}: raise 'proxies'`);
  }
  const inTurn = [...zones.values()];
  return Array.from({ length: proxies }, (_, index) => {
    const zone = inTurn[index % inTurn.length] as ec2.ISubnet[];
    return zone[Math.floor(index / inTurn.length) % zone.length] as ec2.ISubnet;
  });
}
