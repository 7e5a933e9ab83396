import { Annotations, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { fail } from '../private/validate';

interface SubnetWish {
  readonly vpc: ec2.IVpc;
  readonly vpcSubnets?: ec2.SubnetSelection;
}

/**
 * The public subnets for a fleet, by zone.
 *
 * @throws when the subnets are not public or lie in one zone
 */
export function publicSubnetsByZone(scope: Construct, wish: SubnetWish): Map<string, ec2.ISubnet[]> {
  if (wish.vpc.publicSubnets.length === 0) fail(scope, 'vpc must have public subnets, got 0: add a public subnet in each zone');
  const subnets = selected(wish);
  const wrong = hiddenAmong(subnets, wish);
  if (wrong.length > 0) fail(scope, `vpcSubnets must be public, got ${wrong.length} that are not: select public subnets`);
  return byZone(scope, subnets);
}

/** Where a fleet is whose proxies may be private. */
export interface FleetSubnets {
  readonly subnets: ec2.ISubnet[];
  /** Whether they are reached from inside the network only. */
  readonly isPrivate: boolean;
}

/**
 * The subnets of a fleet that is public or private as a whole.
 *
 * @throws when some are public and some are not, or when they lie in one zone
 */
export function fleetSubnets(scope: Construct, wish: SubnetWish): FleetSubnets {
  if (wish.vpcSubnets === undefined && wish.vpc.publicSubnets.length === 0) {
    fail(
      scope,
      'vpc must have public subnets, got 0: add a public subnet in each zone, or for a private fleet select private ones in vpcSubnets ' +
        'and set addressing to ElasticAddressing.instanceAddresses()',
    );
  }
  const subnets = selected(wish);
  const hidden = hiddenAmong(subnets, wish);
  if (hidden.length === 0) return { subnets: [...publicSubnetsByZone(scope, wish).values()].flat(), isPrivate: false };
  if (hidden.length < subnets.length) {
    fail(
      scope,
      `vpcSubnets must all be public or all private, got ${subnets.length - hidden.length} public and ${hidden.length} private: select one subnetType`,
    );
  }
  const isolated = wish.vpc.isolatedSubnets.map(({ subnetId }) => subnetId);
  if (hidden.some(({ subnetId }) => isolated.includes(subnetId))) {
    Annotations.of(scope).addWarningV2(
      'cdk-proxy-fleet:isolatedSubnets',
      'isolated subnets have no way out: proxies reach packages, S3, Lambda, CloudFormation and Auto Scaling only by endpoints of the VPC',
    );
  }
  return { subnets: [...byZone(scope, subnets).values()].flat(), isPrivate: true };
}

function selected({ vpc, vpcSubnets = { subnetType: ec2.SubnetType.PUBLIC } }: SubnetWish): ec2.ISubnet[] {
  return vpc.selectSubnets(vpcSubnets).subnets;
}

function hiddenAmong(subnets: ec2.ISubnet[], { vpc }: SubnetWish): ec2.ISubnet[] {
  const hidden = [...vpc.privateSubnets, ...vpc.isolatedSubnets].map(({ subnetId }) => subnetId);
  return subnets.filter(({ subnetId }) => hidden.includes(subnetId));
}

function byZone(scope: Construct, subnets: ec2.ISubnet[]): Map<string, ec2.ISubnet[]> {
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
export function chooseSubnets(scope: Construct, wish: SubnetWish & { readonly proxies?: number }): ec2.ISubnet[] {
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
