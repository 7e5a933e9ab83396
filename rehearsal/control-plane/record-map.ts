/** The record sets of a zone by their key. A change makes a new map, so that what is served meanwhile stays as it was. */
import type { ResourceRecordSet, RRType } from './api';
import { groupKey, recordKey } from './names';

export type RecordMap = ReadonlyMap<string, ResourceRecordSet>;

export function recordMap(sets: readonly ResourceRecordSet[]): Map<string, ResourceRecordSet> {
  return new Map(sets.map((set) => [recordKey(set), set]));
}

/** Record sets by name and type, and the types of each name: looked up often while a batch is judged. */
export class RecordIndex {
  private readonly groups = new Map<string, ResourceRecordSet[]>();
  private readonly types = new Map<string, Set<RRType>>();

  constructor(records: RecordMap) {
    for (const set of records.values()) {
      const key = groupKey(set.Name, set.Type);
      const group = this.groups.get(key);
      if (group) group.push(set);
      else this.groups.set(key, [set]);
      this.types.set(set.Name, (this.types.get(set.Name) ?? new Set()).add(set.Type));
    }
  }

  group(name: string, type: RRType): readonly ResourceRecordSet[] {
    return this.groups.get(groupKey(name, type)) ?? [];
  }

  typesOf(name: string): ReadonlySet<RRType> {
    return this.types.get(name) ?? new Set();
  }
}
