import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';

/** The fleet for which targets are, and its network. */
export interface TargetHome {
  readonly fleet: Construct;
  readonly vpc: ec2.IVpc;
}
