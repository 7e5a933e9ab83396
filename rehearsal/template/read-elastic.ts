/**
 * Reads an elastic fleet out of a template: what its address function or its record function is told, and places for its instances.
 *
 * An instance has no address of its own that lasts. It is played at 127.10.<zone>.<n>. An address of a pool, 127.100.0.<n>, leads to the
 * instance that has it, and there are as many places as addresses; without a pool names lead to the instances themselves, and there are as many
 * places as instances at most.
 */
import { POOL_ENV, type PoolTopology } from '../../lib/private/pool-contract';
import { RECORDS_ENV, type RecordsTopology } from '../../lib/private/records-contract';
import { evaluate } from './evaluate';
import { instanceAddressIds } from './expand-instance-records';
import type { Json, Template } from './load-template';
import type { PoolModel, RecordsModel } from './model';
import { type PublishedGroup, publishedGroup } from './published-group';
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
  readonly pool?: PoolModel;
  readonly records?: RecordsModel;
  readonly places: ElasticPlace[];
  /** Address by whatever may refer to it. */
  readonly standIns: ReadonlyMap<string, string>;
}

/** Functions that publish elastic fleets. */
export function publishersOf(template: Template): string[] {
  return [POOL_ENV, RECORDS_ENV.topology].flatMap((name) => functionsTold(template, name).map(({ id }) => id));
}

/** Undefined for a template without an elastic fleet; of several the first. */
export function readElastic(template: Template): ElasticReading | undefined {
  return readPool(template) ?? readRecords(template);
}

function readPool(template: Template): ElasticReading | undefined {
  const [found] = functionsTold(template, POOL_ENV);
  if (found === undefined) return undefined;
  const group = publishedGroup(template, found.id);
  if (group === undefined) return undefined;
  const topology = JSON.parse(String(evaluate(found.encoded, template, new Map()))) as PoolTopology;
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
  const { minCapacity, maxCapacity, launchSeconds } = group;
  return {
    pool: { topology, addresses, minCapacity, maxCapacity, launchSeconds, sweepSeconds: sweepOf(found.id, template) },
    places: placesOf(group, topology.allocationIds.length),
    standIns,
  };
}

function readRecords(template: Template): ElasticReading | undefined {
  const [found] = functionsTold(template, RECORDS_ENV.topology);
  if (found === undefined) return undefined;
  const group = publishedGroup(template, found.id);
  if (group === undefined) return undefined;
  const topology = JSON.parse(String(evaluate(found.encoded, template, new Map()))) as RecordsTopology;
  const ids = instanceAddressIds(template, found.id);
  const places = placesOf(group, ids.length);
  const { minCapacity, maxCapacity, launchSeconds } = group;
  return {
    records: { topology, minCapacity, maxCapacity, launchSeconds, sweepSeconds: sweepOf(found.id, template) },
    places,
    standIns: new Map(places.map(({ address }, index) => [ids[index] ?? '', address])),
  };
}

function placesOf({ zones, userData }: PublishedGroup, count: number): ElasticPlace[] {
  return Array.from({ length: count }, (_, index) => {
    const zone = index % zones.length;
    return {
      slot: String(index + 1),
      zone: zones[zone] ?? 'zone',
      address: `127.10.${zone + 1}.${index + 1}`,
      secondaryAddresses: [],
      interfaceId: `elastic-${index + 1}`,
      userData,
    };
  });
}

function functionsTold(template: Template, name: string): { readonly id: string; readonly encoded: Json }[] {
  return resourcesOf(template, 'AWS::Lambda::Function').flatMap(([id, { Properties }]) => {
    const encoded = objectOf(objectOf(Properties?.Environment).Variables)[name];
    return encoded === undefined ? [] : [{ id, encoded }];
  });
}
