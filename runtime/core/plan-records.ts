/** Which records of targets change, from one look at the zone and at the groups. */

import type { AddressRecord, RecordChange } from './address-record';

export interface RecordPolicy {
  /** Begins the names of the record sets that go when no group has them; without it they stay. */
  readonly prefix?: string;
  /** Largest share of a record set's addresses that one run takes out, from 0 to 1; it is one address at least. */
  readonly mostRemoved: number;
}

/**
 * Decides what changes. A group without an instance keeps its last addresses, because proxies that know none could not even try; what
 * leaves a large group leaves it in steps, because more likely an answer was wrong than half a group gone, and the proxies check every
 * target themselves. Names of ours that no group has any more go if the policy says so; all other names stay.
 */
export function planRecords(
  current: readonly AddressRecord[],
  desired: readonly AddressRecord[],
  { prefix, mostRemoved }: RecordPolicy,
): RecordChange[] {
  const changes = desired.flatMap((wanted): RecordChange[] => {
    const before = current.find(({ name }) => name === wanted.name);
    if (wanted.values.length === 0) return [];
    const after = { ...wanted, values: nextValues(before?.values ?? [], wanted.values, mostRemoved) };
    return before && isSame(before, after) ? [] : [{ before, after }];
  });
  const names = new Set(desired.map(({ name }) => name));
  const orphans = current.filter(({ name }) => prefix !== undefined && name.startsWith(prefix) && !names.has(name));
  return [...changes, ...orphans.map((before) => ({ before }))];
}

function nextValues(before: readonly string[], wanted: readonly string[], mostRemoved: number): string[] {
  const leaving = before.filter((value) => !wanted.includes(value)).sort();
  const allowed = Math.max(1, Math.floor(before.length * mostRemoved));
  return [...new Set([...wanted, ...leaving.slice(allowed)])].sort();
}

function isSame(one: AddressRecord, other: AddressRecord): boolean {
  return one.ttl === other.ttl && [...one.values].sort().join() === [...other.values].sort().join();
}
