/**
 * Puts records into their hosted zones. A zone of the template has a name; one that exists elsewhere is taken to be the parent of its
 * shortest record, or what all of its records have in common.
 */
import { isWithin, parentOf } from '../dns/groups';
import type { HostedZone } from '../dns/records';
import { UsageError } from '../usage-error';
import { evaluate, type StandIns } from './evaluate';
import type { Template } from './load-template';
import { type Properties, textOf } from './properties';
import { plainName, type ReadRecord } from './read-record';
import { objectOf, resourcesOf } from './resources';

const TYPE = 'AWS::Route53::HostedZone';

/** Names of the template's own zones, by logical id. */
export type OwnZones = ReadonlyMap<string, string>;

export function readOwnZones(template: Template, standIns: StandIns): OwnZones {
  return new Map(
    resourcesOf(template, TYPE).map(([id, { Properties }]) => [
      id,
      plainName(textOf(objectOf(evaluate(Properties, template, standIns)), 'Name') ?? id),
    ]),
  );
}

/** Logical id of the zone that a record says to be in; its id, or its name with a dot at the end, when it exists elsewhere. */
export function zoneKeyOf(what: string, record: Properties, own: OwnZones): string {
  const [id, name] = [textOf(record, 'HostedZoneId'), textOf(record, 'HostedZoneName')];
  if ((id === undefined) === (name === undefined)) {
    throw new UsageError(
      `${what} must be in one hosted zone, got ${id === undefined ? 'none' : `${id} and ${name}`}: ` +
        "give it either 'HostedZoneId' or 'HostedZoneName'",
    );
  }
  if (id !== undefined) return id;
  const plain = plainName(name ?? '');
  return [...own].find(([, each]) => each === plain)?.[0] ?? `${plain}.`;
}

/** Whether a zone that exists elsewhere is known by its name. */
export function isNamed(zone: string): boolean {
  return zone.endsWith('.');
}

/** `skipped` names the zones that are not played, one sentence each. */
export function readZones(records: readonly ReadRecord[], own: OwnZones): { zones: HostedZone[]; skipped: string[] } {
  const byZone = new Map<string, ReadRecord[]>();
  for (const record of records) byZone.set(record.zone, [...(byZone.get(record.zone) ?? []), record]);
  const zones: HostedZone[] = [];
  const skipped: string[] = [];
  for (const [id, held] of byZone) {
    const taken = zones.map((zone) => zone.name);
    const name = own.get(id) ?? (isNamed(id) ? plainName(id) : guess(held, taken));
    const twin = zones.find((zone) => zone.name === name);
    if (twin) skipped.push(`hosted zone ${id} has the name of ${twin.id}, ${name}, and only ${twin.id} is rehearsed`);
    else zones.push(readZone(id, name, held));
  }
  return { zones, skipped };
}

function readZone(id: string, name: string, held: readonly ReadRecord[]): HostedZone {
  for (const { what, record } of held) {
    if (isWithin(record.name, name)) continue;
    throw new UsageError(`${what} must have a name in its hosted zone ${name}, got ${record.name}: mend its name or its zone`);
  }
  const records = held.map(({ record }) => record);
  const servers = records.find((record) => record.name === name && record.type === 'NS');
  return {
    id,
    name,
    records: records.filter((record) => record !== servers),
    nameServers: servers?.values.map(plainName) ?? [`ns-1.${name}`, `ns-2.${name}`],
  };
}

function guess(held: readonly ReadRecord[], taken: readonly string[]): string {
  const names = held.map(({ record }) => record.name);
  const [shortest = ''] = [...names].sort((a, b) => a.length - b.length);
  const parent = parentOf(shortest);
  if (parent.includes('.') && !taken.includes(parent) && names.every((name) => isWithin(name, parent))) return parent;
  let common = shortest;
  while (common !== '' && !names.every((name) => isWithin(name, common))) common = parentOf(common);
  if (common !== '') return common;
  const { what, zone } = held[0] as ReadRecord;
  throw new UsageError(
    `${what} must share the end of its name with the others in hosted zone ${zone}, got ${names.join(', ')}: ` +
      'mend their names or their zones',
  );
}
