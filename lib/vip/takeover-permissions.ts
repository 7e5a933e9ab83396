/** What the functions that keep virtual IPs may do with EC2 and EventBridge. */
import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { ProxyFleet } from '../fleet/proxy-fleet';
import { EVENT_SOURCE } from '../private/takeover-contract';

/** Where addresses and interfaces are. */
export function grantLook(runner: iam.IGrantable): void {
  iam.Grant.addToPrincipal({
    grantee: runner,
    actions: ['ec2:DescribeAddresses', 'ec2:DescribeNetworkInterfaces'],
    // EC2's describe actions know no resources (service authorization reference).
    resourceArns: ['*'],
  });
}

/** Only events of ours, so that the functions cannot speak for anybody else. */
export function grantEvents(stack: Stack, runner: iam.IGrantable): void {
  iam.Grant.addToPrincipal({
    grantee: runner,
    actions: ['events:PutEvents'],
    resourceArns: [stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default' })],
    conditions: { StringEquals: { 'events:source': EVENT_SOURCE } },
  });
}

export interface MovePermission {
  readonly actions: string[];
  /** Of the address, or `*` for any. */
  readonly allocationId: string;
}

/** This fleet's interfaces and instances, nothing else. */
export function grantMove(fleet: ProxyFleet, runner: iam.IGrantable, { actions, allocationId }: MovePermission): void {
  const arn = (resource: string, resourceName: string) => Stack.of(fleet).formatArn({ service: 'ec2', resource, resourceName });
  iam.Grant.addToPrincipal({
    grantee: runner,
    actions,
    resourceArns: [
      arn('elastic-ip', allocationId),
      ...fleet.slots.map((slot) => arn('network-interface', slot.networkInterface.ref)),
    ],
  });
  // Instances come and go, so they are told by the tag that their group gives them.
  iam.Grant.addToPrincipal({
    grantee: runner,
    actions,
    resourceArns: [arn('instance', '*')],
    conditions: { StringEquals: { [`aws:ResourceTag/${fleet._core.tag.key}`]: fleet._core.tag.value } },
  });
}
