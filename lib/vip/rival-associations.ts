import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { asResource } from '../private/cfn-resource';
import type { VirtualIp } from './virtual-ip';

/** Complaints about resources that tie a virtual IP to one machine: every update of theirs would steal it back from its holder. */
export function findRivalAssociations(virtualIp: VirtualIp): string[] {
  return virtualIp.node.root.node
    .findAll()
    .flatMap((each) => asResource(each, ec2.CfnEIPAssociation) ?? [])
    .filter(({ allocationId }) => allocationId === virtualIp.allocationId)
    .map(
      ({ node }) =>
        `a virtual IP must have no association in a template, got '${node.path}': remove it, the takeover moves the address`,
    );
}
