import { AutoScalingClient, paginateDescribeAutoScalingGroups } from '@aws-sdk/client-auto-scaling';
import { EC2Client, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import type { TargetGroups } from '../ports';
import { CLIENT_OPTIONS } from './client-options';

/** As many values as a filter of EC2 may have. Source: EC2 API reference, "DescribeInstances". */
const VALUES_AT_A_TIME = 200;

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
    const known = await this.privateAddresses([...members.values()].flat());
    return new Map([...members].map(([name, ids]) => [name, ids.flatMap((id) => known.get(id) ?? [])]));
  }

  /** One that is gone, or has no address any more, is missing. */
  private async privateAddresses(instanceIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    for (let first = 0; first < instanceIds.length; first += VALUES_AT_A_TIME) {
      // By filter: an id that does not exist any more would fail the call for all the others.
      const filters = { Filters: [{ Name: 'instance-id', Values: instanceIds.slice(first, first + VALUES_AT_A_TIME) }] };
      for await (const { Reservations = [] } of paginateDescribeInstances({ client: this.ec2 }, filters)) {
        for (const { InstanceId, PrivateIpAddress } of Reservations.flatMap(({ Instances = [] }) => Instances)) {
          if (InstanceId && PrivateIpAddress) found.set(InstanceId, PrivateIpAddress);
        }
      }
    }
    return found;
  }
}

export function targetGroups(): AwsTargetGroups {
  return new AwsTargetGroups(new AutoScalingClient(CLIENT_OPTIONS), new EC2Client(CLIENT_OPTIONS));
}
