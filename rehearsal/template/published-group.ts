import { PUBLISH_HOOK } from '../../lib/private/pool-contract';
import { evaluate, referenceOf } from './evaluate';
import type { Json, Template } from './load-template';
import { objectOf, resourcesOf } from './resources';

/** The group of an elastic fleet. */
export interface PublishedGroup {
  readonly userData: Json;
  /** Names of its zones. */
  readonly zones: readonly string[];
  readonly minCapacity: number;
  readonly maxCapacity: number;
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
    if (!hooks.some((hook) => objectOf(hook).LifecycleHookName === PUBLISH_HOOK)) continue;
    const maxCapacity = Number(Properties.MaxSize ?? 1);
    const percent = Number(objectOf(Properties.InstanceMaintenancePolicy).MaxHealthyPercentage ?? 100);
    return {
      userData,
      zones: zonesOf(Properties.VPCZoneIdentifier, template),
      minCapacity: Number(Properties.MinSize ?? 1),
      maxCapacity,
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
