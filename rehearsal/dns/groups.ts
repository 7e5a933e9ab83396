/** The records of a zone by name and type, and which of its names exist. Found out once for every list of records. */
import type { HostedZone, RecordSet } from './records';

interface Index {
  readonly groups: ReadonlyMap<string, readonly RecordSet[]>;
  /** Every name that is held, and every name above one. */
  readonly names: ReadonlySet<string>;
}

const indices = new WeakMap<readonly RecordSet[], Index>();

/** All records of one name and type. */
export function groupOf({ records }: HostedZone, name: string, type: string): readonly RecordSet[] {
  return indexOf(records).groups.get(key(name, type)) ?? [];
}

/** A name exists when it, or anything below it, is held: `a.b.example.com` makes `b.example.com` exist without data. */
export function exists(zone: HostedZone, name: string): boolean {
  return name === zone.name || indexOf(zone.records).names.has(name);
}

/** The name whose records answer for this one: itself, or the wildcard beside it when it does not exist. */
export function ownerOf(zone: HostedZone, name: string): string | undefined {
  if (exists(zone, name)) return name;
  let above = parentOf(name);
  while (above !== zone.name && !exists(zone, above)) above = parentOf(above);
  const wildcard = `*.${above}`;
  return exists(zone, wildcard) ? wildcard : undefined;
}

export function isWithin(name: string, parent: string): boolean {
  return name === parent || name.endsWith(`.${parent}`);
}

/** The name without its first label. */
export function parentOf(name: string): string {
  const dot = name.indexOf('.');
  return dot < 0 ? '' : name.slice(dot + 1);
}

function indexOf(records: readonly RecordSet[]): Index {
  const known = indices.get(records);
  if (known) return known;
  const groups = new Map<string, RecordSet[]>();
  const names = new Set<string>();
  for (const record of records) {
    const group = groups.get(key(record.name, record.type));
    if (group) group.push(record);
    else groups.set(key(record.name, record.type), [record]);
    for (let name = record.name; name !== '' && !names.has(name); name = parentOf(name)) names.add(name);
  }
  const index = { groups, names };
  indices.set(records, index);
  return index;
}

function key(name: string, type: string): string {
  return `${name} ${type}`;
}
