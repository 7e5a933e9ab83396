import { Annotations, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { asResource } from '../private/cfn-resource';

/** Elastic IPs of an account and Region before anybody asked for more. Source: EC2 user guide, quota L-0263D0A3. */
const ELASTIC_IP_QUOTA = 5;

/**
 * Warns as soon as the stack of a fleet takes more Elastic IPs than an account has unasked: those of all its fleets, and of what else
 * it has made before, such as NAT gateways.
 *
 * @param broughtAlong addresses of the fleet that are no resources of the stack
 */
export function warnAboveQuota(fleet: Construct, broughtAlong: number): void {
  const made = Stack.of(fleet)
    .node.findAll()
    .filter((each) => asResource(each, ec2.CfnEIP));
  if (made.length + broughtAlong <= ELASTIC_IP_QUOTA) return;
  Annotations.of(fleet).addWarningV2(
    'cdk-proxy-fleet:elasticIpQuota',
    `the stack needs more than ${ELASTIC_IP_QUOTA} Elastic IPs: raise the quota 'EC2-VPC Elastic IPs' (L-0263D0A3) before the deploy`,
  );
}
