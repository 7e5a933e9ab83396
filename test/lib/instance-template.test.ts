/** What instances are made of, and what a user brings along: an image, and a key for the disks. */
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ElasticProxyFleet, ProxyFleet, ProxyTargets } from 'cdk-proxy-fleet';
import { fleetOf, warningsOf } from './fixture';

const disk = (template: Template) =>
  Object.values(template.findResources('AWS::EC2::LaunchTemplate')).map(
    ({ Properties }) => Properties.LaunchTemplateData.BlockDeviceMappings[0].Ebs,
  )[0];

test('a disk has 8 GB, or as much as the snapshot of an image that the user brings', () => {
  const machineImage = ec2.MachineImage.genericLinux({ 'us-east-1': 'ami-1' });
  const stack = new Stack(new App(), 'Own', { env: { region: 'us-east-1', account: '123456789012' } });
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0 });
  const fleet = new ElasticProxyFleet(stack, 'Edge', { vpc, minCapacity: 2, maxCapacity: 2, machineImage });
  fleet.addListener('Http', { port: 80 }).addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });

  expect(disk(Template.fromStack(fleetOf().stack))).toEqual({ Encrypted: true, VolumeSize: 8, VolumeType: 'gp3' });
  expect(disk(Template.fromStack(stack))).toEqual({ Encrypted: true, VolumeType: 'gp3' });
});

test('a key for the disks lets EC2 Auto Scaling use it, and nobody else', () => {
  const stack = new Stack(new App(), 'Test');
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0 });
  const ebsEncryptionKey = new kms.Key(stack, 'Key');
  const fleet = new ProxyFleet(stack, 'Edge', { vpc, ebsEncryptionKey });
  fleet.addListener('Http', { port: 80 }).addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });

  const template = Template.fromStack(stack);
  const StringEquals = {
    'kms:CallerAccount': { Ref: 'AWS::AccountId' },
    'aws:PrincipalArn': stack.resolve(
      `arn:${stack.partition}:iam::${stack.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
    ),
  };
  template.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: {
      Statement: [
        Match.objectLike({ Action: 'kms:*' }),
        {
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
          Resource: '*',
          Condition: { StringEquals },
        },
        {
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: 'kms:CreateGrant',
          Resource: '*',
          Condition: { StringEquals, Bool: { 'kms:GrantIsForAWSResource': true } },
        },
      ],
    },
  });
  expect(warningsOf(stack).filter((text) => text.includes('ebsEncryptionKey'))).toEqual([]);
});

test('that the key of somebody else must let EC2 Auto Scaling use it is said', () => {
  const stack = new Stack(new App(), 'Test');
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0 });
  const ebsEncryptionKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:us-east-1:123456789012:key/1');
  new ProxyFleet(stack, 'Edge', { vpc, ebsEncryptionKey })
    .addListener('Http', { port: 80 })
    .addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5']), port: 8080 });

  expect(warningsOf(stack).filter((text) => text.includes('ebsEncryptionKey'))).toEqual([
    expect.stringContaining('no instance starts unless it lets AWSServiceRoleForAutoScaling of this account use the key'),
  ]);
});
