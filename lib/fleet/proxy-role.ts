import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';

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
