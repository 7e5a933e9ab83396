import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  type Instance,
  paginateDescribeAutoScalingGroups,
  paginateDescribeWarmPool,
} from '@aws-sdk/client-auto-scaling';
import { DRAIN_HOOK } from '../../lib/private/contract';
import { PUBLISH_HOOK } from '../../lib/private/pool-contract';
import type { GroupInstance } from '../core/launch';
import type { GroupView } from '../ports';
import { CLIENT_OPTIONS } from './client-options';

/** The groups of a fleet in EC2 Auto Scaling, found by their tag. */
export class AutoScalingGroups implements GroupView {
  constructor(private readonly client: AutoScalingClient) {}

  async instances({ key, value }: { readonly key: string; readonly value: string }): Promise<GroupInstance[]> {
    const found: GroupInstance[] = [];
    const filters = { Filters: [{ Name: `tag:${key}`, Values: [value] }] };
    for await (const { AutoScalingGroups: groups } of paginateDescribeAutoScalingGroups({ client: this.client }, filters)) {
      for (const { AutoScalingGroupName: groupName = '', Instances = [], WarmPoolConfiguration } of groups ?? []) {
        const warm = WarmPoolConfiguration ? await this.warmInstances(groupName) : [];
        for (const { InstanceId: instanceId = '', LifecycleState: lifecycleState = '' } of [...Instances, ...warm]) {
          found.push({ groupName, instanceId, lifecycleState });
        }
      }
    }
    return found;
  }

  async completeLaunch(instance: Pick<GroupInstance, 'groupName' | 'instanceId'>): Promise<void> {
    await this.complete(instance, PUBLISH_HOOK);
  }

  async completeDrain(instance: Pick<GroupInstance, 'groupName' | 'instanceId'>): Promise<void> {
    await this.complete(instance, DRAIN_HOOK);
  }

  private async complete(
    { groupName, instanceId }: Pick<GroupInstance, 'groupName' | 'instanceId'>,
    hook: string,
  ): Promise<void> {
    const action = {
      AutoScalingGroupName: groupName,
      LifecycleHookName: hook,
      InstanceId: instanceId,
      LifecycleActionResult: 'CONTINUE',
    };
    await this.client.send(new CompleteLifecycleActionCommand(action)).catch((error: Error) => {
      // Completed before, by a run that asked at the same time, or given up.
      if (!(error.name === 'ValidationError' && /No active Lifecycle Action/i.test(error.message))) throw error;
    });
  }

  /** Instances of a group's warm pool, which the group itself does not list. */
  private async warmInstances(groupName: string): Promise<Instance[]> {
    const found: Instance[] = [];
    const pages = paginateDescribeWarmPool({ client: this.client }, { AutoScalingGroupName: groupName });
    for await (const { Instances = [] } of pages) found.push(...Instances);
    return found;
  }
}

export function autoScalingGroups(): AutoScalingGroups {
  return new AutoScalingGroups(new AutoScalingClient(CLIENT_OPTIONS));
}
