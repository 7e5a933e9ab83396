import { AutoScalingClient, paginateDescribeAutoScalingGroups } from '@aws-sdk/client-auto-scaling';
import { EC2Client } from '@aws-sdk/client-ec2';
import type { TargetGroups } from '../ports';
import { CLIENT_OPTIONS } from './client-options';
import { instancesOf } from './instance-addresses';

/** Instances of auto scaling groups, with their addresses in EC2. */
export class AwsTargetGroups implements TargetGroups {
  constructor(
    private readonly autoScaling: AutoScalingClient,
    private readonly ec2: EC2Client,
  ) {}

  async addresses(groupNames: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const names = { AutoScalingGroupNames: [...groupNames] };
    const members = new Map<string, string[]>();
    for await (const { AutoScalingGroups = [] } of paginateDescribeAutoScalingGroups({ client: this.autoScaling }, names)) {
      for (const { AutoScalingGroupName = '', Instances = [] } of AutoScalingGroups) {
        const serving = Instances.filter(({ LifecycleState }) => LifecycleState === 'InService');
        members.set(
          AutoScalingGroupName,
          serving.flatMap(({ InstanceId }) => InstanceId ?? []),
        );
      }
    }
    const known = await instancesOf(this.ec2, [...members.values()].flat());
    // One that is gone, or has no address any more, is missing.
    return new Map([...members].map(([name, ids]) => [name, ids.flatMap((id) => known.get(id)?.PrivateIpAddress || [])]));
  }
}

export function targetGroups(): AwsTargetGroups {
  return new AwsTargetGroups(new AutoScalingClient(CLIENT_OPTIONS), new EC2Client(CLIENT_OPTIONS));
}
