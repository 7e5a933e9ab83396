import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { IConstruct } from 'constructs';

/** The lasting place of one proxy: zone, interface, address and the group of one that refills it. */
export interface ISlot extends IConstruct {
  /** Name within the fleet: '1', '2', … */
  readonly slotName: string;

  /** Availability zone. */
  readonly availabilityZone: string;

  /** The Elastic IP on the interface's primary private address: egress, health checks, multivalue records. */
  readonly ipAddress: string;

  /**
   * The primary IPv6 address of the interface.
   *
   * @default - the fleet is not dual-stack
   */
  readonly ipv6Address?: string;

  /** The interface that every instance of the slot gets. */
  readonly networkInterface: ec2.CfnNetworkInterface;

  /** The group of one instance. */
  readonly autoScalingGroup: autoscaling.AutoScalingGroup;

  /** What the instances are made of. */
  readonly launchTemplate: ec2.LaunchTemplate;
}
