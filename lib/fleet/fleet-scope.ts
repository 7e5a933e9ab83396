import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** The fleet that parts of it are made for: its instances' role takes what is granted to it. */
export type FleetScope = Construct & iam.IGrantable;
