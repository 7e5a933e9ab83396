import { Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/**
 * IPv4 ranges of a VPC's subnets by zone: for each 'name=range,range', with spaces between them. Subnets that do not tell theirs are in
 * none.
 */
export function cidrsByZone(scope: Construct, vpc: ec2.IVpc): string {
  const zones = new Map<string, { readonly name: string; readonly cidrs: string[] }>();
  for (const subnet of [...vpc.publicSubnets, ...vpc.privateSubnets, ...vpc.isolatedSubnets]) {
    const name = subnet.availabilityZone;
    const key = JSON.stringify(Stack.of(scope).resolve(name));
    const zone = zones.get(key) ?? { name, cidrs: [] };
    zones.set(key, zone);
    zone.cidrs.push(...cidrOf(subnet));
  }
  const known = [...zones.values()].filter(({ cidrs }) => cidrs.length > 0);
  return known.map(({ name, cidrs }) => `${name}=${cidrs.join(',')}`).join(' ');
}

function cidrOf(subnet: ec2.ISubnet): string[] {
  try {
    return [subnet.ipv4CidrBlock];
  } catch {
    // An imported subnet throws where it was not told.
    return [];
  }
}
