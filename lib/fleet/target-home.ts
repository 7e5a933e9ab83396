import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** The fleet for which targets are, and its network. */
export interface TargetHome {
  readonly fleet: Construct;
  readonly vpc: ec2.IVpc;
  /** Of the logs of the fleet's functions. */
  readonly logRetention?: logs.RetentionDays;
}
