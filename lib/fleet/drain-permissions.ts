import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

/** Lets the proxies end the wait of their groups for them: only groups with the fleet's tag, whose names only a deploy knows. */
export function grantDrain(
  scope: Construct,
  grantee: iam.IGrantable,
  tag: { readonly key: string; readonly value: string },
): iam.Grant[] {
  const stack = Stack.of(scope);
  const groups = { service: 'autoscaling', resource: 'autoScalingGroup:*:autoScalingGroupName', resourceName: '*' };
  return [
    iam.Grant.addToPrincipal({
      grantee,
      actions: ['autoscaling:CompleteLifecycleAction', 'autoscaling:RecordLifecycleActionHeartbeat'],
      resourceArns: [stack.formatArn(groups)],
      conditions: { StringEquals: { [`aws:ResourceTag/${tag.key}`]: tag.value } },
    }),
    // The group's name: user data cannot hold it, because the group needs its launch template first.
    iam.Grant.addToPrincipal({ grantee, actions: ['cloudformation:DescribeStackResource'], resourceArns: [stack.stackId] }),
  ];
}
