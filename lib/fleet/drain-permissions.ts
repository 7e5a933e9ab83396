import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { warnUnlessGranted } from '../private/granted';

/** Lets the proxies end the wait of their groups for them: only groups with the fleet's tag, whose names only a deploy knows. */
export function grantDrain(
  scope: Construct,
  grantee: iam.IGrantable,
  tag: { readonly key: string; readonly value: string },
): iam.Grant[] {
  const stack = Stack.of(scope);
  const groups = { service: 'autoscaling', resource: 'autoScalingGroup:*:autoScalingGroupName', resourceName: '*' };
  const groupsGrant = iam.Grant.addToPrincipal({
    grantee,
    actions: ['autoscaling:CompleteLifecycleAction', 'autoscaling:RecordLifecycleActionHeartbeat'],
    resourceArns: [stack.formatArn(groups)],
    conditions: { StringEquals: { [`aws:ResourceTag/${tag.key}`]: tag.value } },
  });
  // The group's name: user data cannot hold it, because the group needs its launch template first.
  const nameGrant = iam.Grant.addToPrincipal({
    grantee,
    actions: ['cloudformation:DescribeStackResource'],
    resourceArns: [stack.stackId],
  });
  warnUnlessGranted(scope, groupsGrant, {
    id: 'cdk-proxy-fleet:drain',
    text:
      "so a group waits for the whole of a drain's time whenever an instance goes: allow it to cloudformation:DescribeStackResource, and " +
      'to autoscaling:CompleteLifecycleAction and autoscaling:RecordLifecycleActionHeartbeat on groups with the tag ' +
      `'${tag.key}'`,
  });
  return [groupsGrant, nameGrant];
}
