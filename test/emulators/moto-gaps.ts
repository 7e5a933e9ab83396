/** What moto makes nothing of although CloudFormation says so, and what of it is made up for through the API of EC2. */
import {
  AssignPrivateIpAddressesCommand,
  AssociateAddressCommand,
  AttachNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import type { SynthesizedTemplate } from '../templates/synth';

/** Types of the demo and of the bootstrap stack that moto skips with a line in its log, and what that means for the tests. */
export const SKIPPED_TYPES: Record<string, string> = {
  'AWS::CloudWatch::Alarm': 'no metric reaches moto, so none would go off',
  'AWS::EC2::EIPAssociation': 'made up for below',
  'AWS::EC2::SecurityGroupEgress': 'nothing is filtered in moto',
  'AWS::Lambda::EventInvokeConfig': 'the functions are called by the tests',
  'AWS::S3::BucketPolicy': "of CDK's bootstrap stack",
};

/** The template with ports in every rule: moto fails without, where EC2 wants none for a protocol that has none, like VRRP. */
export function withPorts(template: SynthesizedTemplate): SynthesizedTemplate {
  const rules = Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::EC2::SecurityGroupIngress');
  const complete = rules.map(([id, rule]) => [id, { ...rule, Properties: { FromPort: -1, ToPort: -1, ...rule.Properties } }]);
  return { ...template, Resources: { ...template.Resources, ...Object.fromEntries(complete) } };
}

/** One slot as the deploy left it. */
export interface DeployedSlot {
  readonly slot: string;
  readonly interfaceId: string;
  /** The instance of the slot's group, which moto gave an interface of its own. */
  readonly instanceId: string;
  /** Allocation of the slot's own Elastic IP. */
  readonly allocationId: string;
}

/**
 * Gives an interface what its slot's template promises: the instance (moto ignores interfaces in launch templates), the secondary
 * address (moto ignores their number) and the Elastic IP on the primary one.
 *
 * @returns the secondary address
 */
export async function fillGaps(ec2: EC2Client, { interfaceId, instanceId, allocationId }: DeployedSlot): Promise<string> {
  const { NetworkInterfaces } = await ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [interfaceId] }));
  const primary = NetworkInterfaces?.[0]?.PrivateIpAddress ?? '';
  const secondary = primary.replace(/\d+$/, (last) => (last === '200' ? '201' : '200'));
  await ec2.send(new AttachNetworkInterfaceCommand({ NetworkInterfaceId: interfaceId, InstanceId: instanceId, DeviceIndex: 1 }));
  await ec2.send(new AssignPrivateIpAddressesCommand({ NetworkInterfaceId: interfaceId, PrivateIpAddresses: [secondary] }));
  await ec2.send(new AssociateAddressCommand({ AllocationId: allocationId, NetworkInterfaceId: interfaceId }));
  return secondary;
}
