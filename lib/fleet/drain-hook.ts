import { Lazy } from 'aws-cdk-lib';
import type { CfnAutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import { DRAIN_HOOK } from '../private/contract';

/**
 * The hook for which an instance that is to be terminated waits until it is drained. It belongs into the group's own specification, so that
 * no instance comes before it.
 *
 * @param seconds how long a drain takes at most; asked for at the end of synth
 */
export function drainHook(seconds: () => number): CfnAutoScalingGroup.LifecycleHookSpecificationProperty {
  return {
    lifecycleHookName: DRAIN_HOOK,
    lifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
    defaultResult: 'CONTINUE',
    heartbeatTimeout: Lazy.number({ produce: seconds }),
  };
}
