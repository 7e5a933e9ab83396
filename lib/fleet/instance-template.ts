import { Annotations, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { newestImage } from './proxy-image';

/** The default of the newest types; live connections are kept by keepalives. Source: EC2 user guide, "Security group connection tracking". */
export const TRACKED_SECONDS = 350;

/** What the instances of a fleet are made of. */
export interface InstanceTemplate {
  readonly instanceType: ec2.InstanceType;
  readonly machineImage?: ec2.IMachineImage;
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
  const launchTemplate = new ec2.LaunchTemplate(scope, 'LaunchTemplate', {
    instanceType,
    machineImage: machineImage ?? newestImage(instanceType),
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
  // A disk is as large as the snapshot of the image then: EC2 refuses a smaller one.
  if (machineImage)
    resourceOf(launchTemplate).addPropertyDeletionOverride('LaunchTemplateData.BlockDeviceMappings.0.Ebs.VolumeSize');
  return launchTemplate;
}

const resourceOf = ({ node }: ec2.LaunchTemplate) => node.defaultChild as ec2.CfnLaunchTemplate;

/**
 * Lets EC2 Auto Scaling, which launches the instances in its own name, encrypt their disks with a key. Named by a condition: a key policy
 * that names a role which is not there yet is refused, and it comes with the first group of an account.
 *
 * Source: EC2 Auto Scaling user guide, "Required AWS KMS key policy for use with encrypted volumes".
 */
export function letGroupsEncrypt(fleet: Construct, key: kms.IKey): void {
  const stack = Stack.of(fleet);
  const role = stack.formatArn({
    service: 'iam',
    region: '',
    resource: 'role',
    resourceName: 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
  });
  const statement = (actions: string[], conditions: iam.Conditions = {}) =>
    new iam.PolicyStatement({
      principals: [new iam.AnyPrincipal()],
      actions: actions.map((action) => `kms:${action}`),
      // In the policy of a key this is the key.
      resources: ['*'],
      conditions: { StringEquals: { 'kms:CallerAccount': stack.account, 'aws:PrincipalArn': role }, ...conditions },
    });
  const added = [
    statement(['Encrypt', 'Decrypt', 'ReEncrypt*', 'GenerateDataKey*', 'DescribeKey']),
    statement(['CreateGrant'], { Bool: { 'kms:GrantIsForAWSResource': true } }),
  ].map((each) => key.addToResourcePolicy(each, true).statementAdded);
  if (added.every(Boolean)) return;
  Annotations.of(fleet).addWarningV2(
    'cdk-proxy-fleet:ebsEncryptionKey',
    'the policy of ebsEncryptionKey cannot be changed here, so no instance starts unless it lets AWSServiceRoleForAutoScaling of this account ' +
      'use the key for disks, and grant that',
  );
}
