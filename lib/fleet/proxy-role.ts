import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { METRICS } from '../private/contract';
import { warnUnlessGranted } from '../private/granted';

/**
 * The role of a fleet's instances: reachable through Session Manager and Run Command, and nothing else. Both come over ssmmessages; the
 * older ec2messages is for agents that cannot.
 *
 * Source: Systems Manager user guide, "Reference: ec2messages, ssmmessages, and other API operations".
 */
export function makeProxyRole(scope: Construct): iam.Role {
  const role = new iam.Role(scope, 'Role', {
    assumedBy: new iam.ServicePrincipal('ec2.amazonaws.com'),
    description: `Proxies of ${scope.node.path}`,
  });
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: [
        'ssm:UpdateInstanceInformation',
        'ssmmessages:CreateControlChannel',
        'ssmmessages:CreateDataChannel',
        'ssmmessages:OpenControlChannel',
        'ssmmessages:OpenDataChannel',
      ],
      // These actions know no resources (service authorization reference).
      resources: ['*'],
    }),
  );
  return role;
}

/**
 * A role as the fleet may use it. What a fleet adds to one of another stack belongs into the fleet's own, because it names the fleet's
 * resources, which come after the role.
 */
export function roleIn(scope: Construct, role: iam.IRole): iam.IRole {
  if (!iam.Role.isRole(role) || Stack.of(role) === Stack.of(scope)) return role;
  return iam.Role.fromRoleArn(scope, 'GivenRole', role.roleArn);
}

/** Lets an instance whose proxy cannot be repaired say so to its own fleet's groups, which then replace it. */
export function allowReport(
  scope: Construct,
  grantee: iam.IGrantable,
  tag: { readonly key: string; readonly value: string },
): void {
  const groups = Stack.of(scope).formatArn({
    service: 'autoscaling',
    resource: 'autoScalingGroup',
    // The groups know the role, so the role cannot know their names.
    resourceName: '*:autoScalingGroupName/*',
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  const granted = iam.Grant.addToPrincipal({
    grantee,
    actions: ['autoscaling:SetInstanceHealth'],
    resourceArns: [groups],
    conditions: { StringEquals: { [`aws:ResourceTag/${tag.key}`]: tag.value } },
  });
  warnUnlessGranted(scope, granted, {
    id: 'cdk-proxy-fleet:report',
    text:
      'so an instance whose proxy stays hung is not replaced: allow it to autoscaling:SetInstanceHealth on groups with the tag ' +
      `'${tag.key}'`,
  });
}

/**
 * Lets instances send metrics in this library's namespace.
 *
 * @param warning of a role that cannot be changed; the permission is added to its text
 */
export function allowMetrics(
  scope: Construct,
  grantee: iam.IGrantable,
  warning: { readonly id: string; readonly text: string },
): void {
  const granted = iam.Grant.addToPrincipal({
    grantee,
    actions: ['cloudwatch:PutMetricData'],
    // The action knows no resources; its namespace is a condition (service authorization reference).
    resourceArns: ['*'],
    conditions: { StringEquals: { 'cloudwatch:namespace': METRICS.namespace } },
  });
  const text = `${warning.text} cloudwatch:PutMetricData in the namespace '${METRICS.namespace}'`;
  warnUnlessGranted(scope, granted, { id: warning.id, text });
}
