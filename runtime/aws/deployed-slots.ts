/**
 * Finds the slots of a deployed stack's fleets by the tag of their groups, and has commands run on their instances. Each instance of an elastic
 * fleet is a slot that is called like it.
 */
import { AutoScalingClient, paginateDescribeAutoScalingGroups } from '@aws-sdk/client-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { GetCommandInvocationCommand, SendCommandCommand, SSMClient } from '@aws-sdk/client-ssm';
import { ELASTIC_TAG, SLOT_TAG } from '../../lib/private/contract';
import type { SlotInstance, SlotPorts } from '../ports';
import { CLIENT_OPTIONS } from './client-options';
import { stackResources } from './stack-resources';
import { systemClock } from './system-clock';

/** As many groups as one question may name. */
const GROUPS_AT_A_TIME = 50;

/** Seconds in which the instance must take a command, and in which the command must end. */
const DELIVERY_SECONDS = 60;
const EXECUTION_SECONDS = 3600;

export class DeployedSlots implements SlotPorts {
  readonly clock = systemClock;

  constructor(
    private readonly cloudFormation: CloudFormationClient,
    private readonly autoScaling: AutoScalingClient,
    private readonly ssm: SSMClient,
  ) {}

  async slots(stack: string): Promise<SlotInstance[]> {
    const groups = await stackResources(this.cloudFormation, stack, 'AWS::AutoScaling::AutoScalingGroup');
    const found: SlotInstance[] = [];
    for (let first = 0; first < groups.length; first += GROUPS_AT_A_TIME) {
      const names = groups.slice(first, first + GROUPS_AT_A_TIME);
      for await (const page of paginateDescribeAutoScalingGroups(
        { client: this.autoScaling },
        { AutoScalingGroupNames: names },
      )) {
        for (const { Tags = [], Instances = [] } of page.AutoScalingGroups ?? []) {
          const [, fleet, slot] = /^(.+)\/([^/]+)$/.exec(Tags.find(({ Key }) => Key === SLOT_TAG)?.Value ?? '') ?? [];
          const instance = Instances.find(({ LifecycleState }) => !/^Terminat/.test(LifecycleState ?? '')) ?? Instances[0];
          if (fleet !== undefined && slot !== undefined) found.push({ fleet, slot, instanceId: instance?.InstanceId });
          const elastic = Tags.find(({ Key }) => Key === ELASTIC_TAG)?.Value;
          const serving = elastic === undefined ? [] : Instances.filter(({ LifecycleState }) => LifecycleState === 'InService');
          for (const { InstanceId = '' } of serving)
            found.push({ fleet: elastic ?? '', slot: InstanceId, instanceId: InstanceId });
        }
      }
    }
    return found.sort((a, b) => a.fleet.localeCompare(b.fleet) || a.slot.localeCompare(b.slot, 'en', { numeric: true }));
  }

  async send(instanceId: string, command: string, comment: string): Promise<string> {
    const { Command } = await this.ssm.send(
      new SendCommandCommand({
        DocumentName: 'AWS-RunShellScript',
        InstanceIds: [instanceId],
        Comment: comment,
        TimeoutSeconds: DELIVERY_SECONDS,
        Parameters: { commands: [command], executionTimeout: [String(EXECUTION_SECONDS)] },
      }),
    );
    return Command?.CommandId ?? '';
  }

  async look(instanceId: string, commandId: string) {
    try {
      const { StatusDetails, StandardOutputContent, StandardErrorContent } = await this.ssm.send(
        new GetCommandInvocationCommand({ InstanceId: instanceId, CommandId: commandId }),
      );
      return { status: StatusDetails ?? 'Pending', output: StandardOutputContent ?? '', errors: StandardErrorContent ?? '' };
    } catch (error) {
      // Just sent.
      if ((error as Error).name === 'InvocationDoesNotExist') return { status: 'Pending', output: '', errors: '' };
      throw error;
    }
  }
}

export function deployedSlots(): DeployedSlots {
  return new DeployedSlots(
    new CloudFormationClient(CLIENT_OPTIONS),
    new AutoScalingClient(CLIENT_OPTIONS),
    new SSMClient(CLIENT_OPTIONS),
  );
}
