import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';

/** The default of the newest types; live connections are kept by keepalives. Source: EC2 user guide, "Security group connection tracking". */
export const TRACKED_SECONDS = 350;

/** What the instances of a fleet are made of. */
export interface InstanceTemplate {
  readonly instanceType: ec2.InstanceType;
  readonly machineImage: ec2.IMachineImage;
  readonly instanceProfile: iam.IInstanceProfile;
  readonly ebsEncryptionKey?: kms.IKey;
}

/**
 * Makes the launch template of instances.
 *
 * @param own what differs from one kind of fleet to the other
 */
export function makeLaunchTemplate(
  scope: Construct,
  { instanceType, machineImage, instanceProfile, ebsEncryptionKey }: InstanceTemplate,
  own: Pick<ec2.LaunchTemplateProps, 'userData' | 'securityGroup' | 'associatePublicIpAddress' | 'spotOptions'>,
): ec2.LaunchTemplate {
  return new ec2.LaunchTemplate(scope, 'LaunchTemplate', {
    instanceType,
    machineImage,
    instanceProfile,
    requireImdsv2: true,
    httpPutResponseHopLimit: 1,
    blockDevices: [
      {
        deviceName: '/dev/xvda',
        volume: ec2.BlockDeviceVolume.ebs(8, {
          encrypted: true,
          kmsKey: ebsEncryptionKey,
          volumeType: ec2.EbsDeviceVolumeType.GP3,
        }),
      },
    ],
    ...own,
  });
}
