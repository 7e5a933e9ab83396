/**
 * Reads an elastic fleet out of a template: its pool of addresses from the environment of the address function, and places for its instances.
 *
 * An instance has no address of its own that lasts. It is played at 127.10.<zone>.<n>, and an address of the pool, 127.100.0.<n>, leads to
 * the instance that has it. There are as many places as addresses.
 */
import { POOL_ENV, type PoolTopology, PUBLISH_HOOK } from '../../lib/private/pool-contract';
import { evaluate, referenceOf } from './evaluate';
import type { Json, Template } from './load-template';
import type { PoolModel } from './model';
import { objectOf, resourcesOf } from './resources';
import { sweepOf } from './sweep-of';

/** Where one instance at a time can be played. */
export interface ElasticPlace {
  readonly slot: string;
  readonly zone: string;
  readonly address: string;
  readonly secondaryAddresses: string[];
  readonly interfaceId: string;
  readonly userData: Json;
}

export interface ElasticReading {
  readonly pool: PoolModel;
  readonly places: ElasticPlace[];
  /** Address by whatever may refer to it. */
  readonly standIns: ReadonlyMap<string, string>;
}

/** The address functions of elastic fleets, and what they are told. */
export function poolsOf(template: Template): { readonly id: string; readonly encoded: Json }[] {
  return resourcesOf(template, 'AWS::Lambda::Function').flatMap(([id, { Properties }]) => {
    const encoded = objectOf(objectOf(Properties?.Environment).Variables)[POOL_ENV];
    return encoded === undefined ? [] : [{ id, encoded }];
  });
}

/** Undefined for a template without an elastic fleet; of several the first. */
export function readPool(template: Template): ElasticReading | undefined {
  const [found] = poolsOf(template);
  if (found === undefined) return undefined;
  const topology = JSON.parse(String(evaluate(found.encoded, template, new Map()))) as PoolTopology;
  const [group] = resourcesOf(template, 'AWS::AutoScaling::AutoScalingGroup').flatMap(([, { Properties = {} }]) => {
    const launch = template.Resources[referenceOf(objectOf(Properties.LaunchTemplate).LaunchTemplateId) ?? ''];
    const data = objectOf(launch?.Properties?.LaunchTemplateData);
    const hooks = (Properties.LifecycleHookSpecificationList ?? []) as Json[];
    const isOurs = hooks.some((hook) => objectOf(hook).LifecycleHookName === PUBLISH_HOOK);
    return isOurs && data.UserData !== undefined ? [{ properties: Properties, userData: data.UserData }] : [];
  });
  if (group === undefined) return undefined;

  const standIns = new Map<string, string>();
  const addresses = new Map<string, string>();
  for (const [id] of resourcesOf(template, 'AWS::EC2::EIP')) {
    const allocationId = String(evaluate({ 'Fn::GetAtt': [id, 'AllocationId'] }, template, new Map()));
    const index = topology.allocationIds.indexOf(allocationId);
    if (index < 0) continue;
    const address = `127.100.0.${index + 1}`;
    addresses.set(allocationId, address);
    standIns.set(id, address).set(`${id}.PublicIp`, address);
  }
  const zones = zonesOf(group.properties.VPCZoneIdentifier, template);
  const places = topology.allocationIds.map((_, index): ElasticPlace => {
    const zone = index % zones.length;
    return {
      slot: String(index + 1),
      zone: zones[zone] ?? 'zone',
      address: `127.10.${zone + 1}.${index + 1}`,
      secondaryAddresses: [],
      interfaceId: `elastic-${index + 1}`,
      userData: group.userData,
    };
  });
  const minCapacity = Number(group.properties.MinSize ?? 1);
  return {
    pool: { topology, addresses, minCapacity, sweepSeconds: sweepOf(found.id, template) },
    places,
    standIns,
  };
}

function zonesOf(subnets: Json | undefined, template: Template): string[] {
  const known = (Array.isArray(subnets) ? subnets : []).map((subnet, index) => {
    const zone = template.Resources[referenceOf(subnet) ?? '']?.Properties?.AvailabilityZone;
    return String(zone === undefined ? `zone-${index + 1}` : evaluate(zone, template, new Map()));
  });
  return known.length > 0 ? known : ['zone'];
}
