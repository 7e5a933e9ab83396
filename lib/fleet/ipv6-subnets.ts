import * as ec2 from 'aws-cdk-lib/aws-ec2';

/** The properties of a subnet that give it an IPv6 block. */
const BLOCK_PROPERTIES = ['ipv6CidrBlock', 'ipv6IpamPoolId', 'ipv6NetmaskLength'] as const;

/**
 * Faults of subnets that are known to have no IPv6 block. Asked for at the end of synth, because a block may be given to a subnet after
 * it was made. Subnets of an imported VPC pass: nothing is known of their blocks.
 */
export function subnetsWithoutIpv6(subnets: ec2.ISubnet[]): string[] {
  const lacking = [...new Set(subnets)].filter((subnet) => {
    const resource = subnet.node.defaultChild;
    return ec2.CfnSubnet.isCfnSubnet(resource) && !hasBlock(resource);
  });
  if (lacking.length === 0) return [];
  const paths = lacking.map(({ node }) => node.path).join(', ');
  return [
    `subnets of a dual-stack fleet must have an IPv6 block, got none for ${paths}: give the VPC ipProtocol: ec2.IpProtocol.DUAL_STACK`,
  ];
}

/** Of its own, or given by a resource that names it. */
function hasBlock(subnet: ec2.CfnSubnet): boolean {
  if (BLOCK_PROPERTIES.some((name) => subnet[name] !== undefined)) return true;
  const names = [subnet.ref, subnet.attrSubnetId];
  return subnet.node.root.node
    .findAll()
    .some((each) => ec2.CfnSubnetCidrBlock.isCfnSubnetCidrBlock(each) && names.includes(each.subnetId));
}
