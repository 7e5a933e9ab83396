/**
 * Judges a change batch against a zone: all of it is applied, or nothing is and every problem is listed.
 *
 * Order of events: sizes, protections and single values are looked at; then the changes are applied one after the other to a copy;
 * then the copy is judged as a whole. So one batch may swap PRIMARY and SECONDARY, turn a CNAME into an alias, or give all records of
 * a weighted set another TTL, which no sequence of single changes may.
 *
 * Gotchas: that whole groups are judged at the end follows from the documentation's "validates the changes and then makes all or
 * none"; in which order Route 53 lists its messages is not known.
 */
import type { Change, Protection, ResourceRecordSet } from './api';
import { ASSUMED } from './assumed-texts';
import { checkAlias } from './check-alias';
import { checkGroup } from './check-group';
import { checkName, checkValues } from './check-record';
import { byKey, groupKey, recordKey } from './names';
import { RecordIndex, type RecordMap } from './record-map';
import { SEEN } from './seen-texts';

/** Source: Route 53 developer guide, quotas. */
const LIMITS = { recordsInBatch: 1_000, charactersInBatch: 32_000, setsInZone: 10_000 } as const;

export interface BatchZone {
  readonly id: string;
  /** Fully qualified. */
  readonly name: string;
  /** Ids of all zones of the account. */
  readonly zoneIds: ReadonlySet<string>;
  /** By name and type. */
  readonly protections: ReadonlyMap<string, Protection>;
}

/** The records after the batch, which count only without messages. The changes are normalised. */
export function checkBatch(
  records: RecordMap,
  changes: readonly Change[],
  zone: BatchZone,
): { records: RecordMap; messages: string[] } {
  const sizes = checkSizes(changes);
  const guarded = changes.flatMap(({ ResourceRecordSet: set }) => {
    const protection = zone.protections.get(groupKey(set.Name, set.Type));
    return protection ? [ASSUMED.protectedSet(set, protection)] : [];
  });
  const after = new Map(records);
  const applied = apply(changes, after);
  const index = new RecordIndex(after);
  const found = applied.written.flatMap((set) => [
    ...checkName(set, zone.name),
    ...checkValues(set),
    ...checkNeighbours(set, zone.name, index),
    ...checkGroup(set, index.group(set.Name, set.Type)),
    ...checkAlias(set, zone, index),
  ]);
  const messages = [...sizes, ...guarded, ...applied.messages, ...found, ...checkZone(after, zone, index)];
  return { records: after, messages: [...new Set(messages)] };
}

function checkSizes(changes: readonly Change[]): string[] {
  let elements = 0;
  let characters = 0;
  for (const { Action, ResourceRecordSet: set } of changes) {
    const times = Action === 'UPSERT' ? 2 : 1;
    elements += times * (set.ResourceRecords?.length ?? 0);
    characters += times * (set.ResourceRecords ?? []).reduce((sum, { Value }) => sum + Value.length, 0);
  }
  return [
    ...(elements > LIMITS.recordsInBatch ? [SEEN.tooManyRecords(LIMITS.recordsInBatch)] : []),
    ...(characters > LIMITS.charactersInBatch ? [SEEN.tooManyCharacters(LIMITS.charactersInBatch)] : []),
  ];
}

/** Plays the changes on `records`. Of one record set a batch may hold a single change, or a DELETE and then its successor. */
function apply(
  changes: readonly Change[],
  records: Map<string, ResourceRecordSet>,
): { written: ResourceRecordSet[]; messages: string[] } {
  const before = new Map<string, Change['Action'][]>();
  const written: ResourceRecordSet[] = [];
  const messages = changes.flatMap(({ Action, ResourceRecordSet: set }) => {
    const key = recordKey(set);
    const earlier = before.get(key) ?? [];
    before.set(key, [...earlier, Action]);
    const replaces = earlier.length === 1 && earlier[0] === 'DELETE' && Action !== 'DELETE';
    if (earlier.length > 0 && !replaces) return [SEEN.changedTwice(set)];

    const existing = records.get(key);
    if (Action === 'DELETE') {
      if (!existing) return [SEEN.toDeleteNotFound(set)];
      if (!same(existing, set)) return [SEEN.toDeleteDiffers(set)];
      records.delete(key);
      return [];
    }
    if (Action === 'CREATE' && existing) return [SEEN.alreadyExists(set)];
    records.set(key, set);
    written.push(set);
    return [];
  });
  return { written, messages };
}

/** Equal in every field; values count in any order. */
function same(one: ResourceRecordSet, other: ResourceRecordSet): boolean {
  const text = ({ AliasTarget: alias, ...set }: ResourceRecordSet) =>
    JSON.stringify([
      ...[set.TTL, set.Weight, set.Failover, set.MultiValueAnswer === true, set.HealthCheckId],
      ...[alias?.HostedZoneId, alias?.DNSName, alias?.EvaluateTargetHealth],
      set.ResourceRecords?.map(({ Value }) => Value).sort(byKey) ?? [],
    ]);
  return text(one) === text(other);
}

function checkNeighbours({ Name, Type }: ResourceRecordSet, zone: string, index: RecordIndex): string[] {
  const types = index.typesOf(Name);
  if (!types.has('CNAME') || types.size === 1) return [];
  if (Name === zone) return Type === 'CNAME' ? [SEEN.cnameAtApex(Name, zone)] : [];
  return [Type === 'CNAME' ? SEEN.cnameNextToOthers(Name, zone) : SEEN.nextToCname(Type, Name, zone)];
}

function checkZone(after: RecordMap, zone: BatchZone, index: RecordIndex): string[] {
  const soas = [...after.values()].filter(({ Type }) => Type === 'SOA');
  return [
    ...(soas.length === 1 && soas[0]?.Name === zone.name ? [] : [SEEN.oneSoa]),
    ...(index.group(zone.name, 'NS').length > 0 ? [] : [SEEN.someNs]),
    ...(after.size > LIMITS.setsInZone ? [SEEN.zoneFull(zone.id)] : []),
  ];
}
