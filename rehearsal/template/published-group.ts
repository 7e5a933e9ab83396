import { PUBLISH_HOOK } from '../../lib/private/pool-contract';
import { evaluate, referenceOf } from './evaluate';
import type { Json, Template } from './load-template';
import { objectOf, resourcesOf } from './resources';

/** What EC2 Auto Scaling waits for a hook that has no time of its own: API reference, `LifecycleHook`. */
const HOOK_SECONDS = 3600;

/** The group of an elastic fleet. */
export interface PublishedGroup {
  readonly userData: Json;
  /** Names of its zones. */
  readonly zones: readonly string[];
  readonly minCapacity: number;
  readonly maxCapacity: number;
  /** How long the group waits for a new instance to be published, in seconds. */
  readonly launchSeconds: number;
  /** Most instances at a time: while they are replaced a new one is there before an old one goes. */
  readonly most: number;
}

/**
 * The group whose new instances wait until a function has published them.
 *
 * @param publisherId of that function, which their user data names
 */
export function publishedGroup(template: Template, publisherId: string): PublishedGroup | undefined {
  const named = JSON.stringify({ Ref: publisherId });
  for (const [, { Properties = {} }] of resourcesOf(template, 'AWS::AutoScaling::AutoScalingGroup')) {
    const launch = template.Resources[referenceOf(objectOf(Properties.LaunchTemplate).LaunchTemplateId) ?? ''];
    const userData = objectOf(launch?.Properties?.LaunchTemplateData).UserData;
    const hooks = (Properties.LifecycleHookSpecificationList ?? []) as Json[];
    if (userData === undefined || !JSON.stringify(userData).includes(named)) continue;
    const hook = hooks.map(objectOf).find(({ LifecycleHookName }) => LifecycleHookName === PUBLISH_HOOK);
    if (hook === undefined) continue;
    const maxCapacity = Number(Properties.MaxSize ?? 1);
    const percent = Number(objectOf(Properties.InstanceMaintenancePolicy).MaxHealthyPercentage ?? 100);
    return {
      userData,
      zones: zonesOf(Properties.VPCZoneIdentifier, template),
      minCapacity: Number(Properties.MinSize ?? 1),
      maxCapacity,
      launchSeconds: Number(hook.HeartbeatTimeout ?? HOOK_SECONDS),
      most: Math.max(maxCapacity + 1, Math.ceil((maxCapacity * percent) / 100)),
    };
  }
  return undefined;
}

function zonesOf(subnets: Json | undefined, template: Template): string[] {
  const known = (Array.isArray(subnets) ? subnets : []).map((subnet, index) => {
    const zone = template.Resources[referenceOf(subnet) ?? '']?.Properties?.AvailabilityZone;
    return String(zone === undefined ? `zone-${index + 1}` : evaluate(zone, template, new Map()));
  });
  return known.length > 0 ? known : ['zone'];
}
