import { Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/** IPv4 ranges of a VPC's subnets, apart by whether they lie in a zone. Subnets that do not tell theirs are in neither. */
export function cidrsByZone(scope: Construct, vpc: ec2.IVpc, zone: string): { readonly own: string[]; readonly other: string[] } {
  const named = (value: string) => JSON.stringify(Stack.of(scope).resolve(value));
  const cidrs = { own: [] as string[], other: [] as string[] };
  for (const subnet of [...vpc.publicSubnets, ...vpc.privateSubnets, ...vpc.isolatedSubnets]) {
    const side = named(subnet.availabilityZone) === named(zone) ? cidrs.own : cidrs.other;
    side.push(...cidrOf(subnet));
  }
  return cidrs;
}

function cidrOf(subnet: ec2.ISubnet): string[] {
  try {
    return [subnet.ipv4CidrBlock];
  } catch {
    // An imported subnet throws where it was not told.
    return [];
  }
}
