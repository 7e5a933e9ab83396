import { Annotations } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import { type Construct, Dependable } from 'constructs';

/**
 * Warns when a role took none of a grant's permissions.
 *
 * One that was imported as not `mutable` reports success all the same, so that nobody allows its account instead. But at the end of
 * synth a grant that was written down names the policy in which it is, because a resource may have to wait for it.
 */
export function warnUnlessGranted(
  scope: Construct,
  grant: iam.Grant,
  warning: { readonly id: string; readonly text: string },
): void {
  scope.node.addValidation({
    validate: () => {
      const written = grant.success && Dependable.of(grant).dependencyRoots.length > 0;
      if (!written) Annotations.of(scope).addWarningV2(warning.id, `role cannot be changed here, ${warning.text}`);
      return [];
    },
  });
}
