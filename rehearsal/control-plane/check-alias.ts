/**
 * What is wrong with an alias: its target must be a record set, or a group of them, of the same zone and the same type, and must not
 * lead back. A zone id that is no zone of the account is taken for that of an AWS service (a load balancer, a distribution, ...), whose
 * names cannot be known here.
 */
import type { ResourceRecordSet, RRType } from './api';
import { ASSUMED } from './assumed-texts';
import type { BatchZone } from './check-batch';
import { liesWithin } from './names';
import type { RecordIndex } from './record-map';
import { SEEN } from './seen-texts';

export function checkAlias(set: ResourceRecordSet, zone: BatchZone, index: RecordIndex): string[] {
  const { AliasTarget: alias, Type } = set;
  if (!alias || !zone.zoneIds.has(alias.HostedZoneId)) return [];
  const { DNSName: target, HostedZoneId } = alias;
  if (HostedZoneId !== zone.id) return [ASSUMED.aliasOfOtherZone(target, Type, HostedZoneId)];
  const found = index.group(target, Type).length > 0;
  return [
    ...(liesWithin(target, zone.name) ? [] : [SEEN.aliasOutsideZone(target, Type, HostedZoneId)]),
    ...(found ? cycle(set, zone.id, index) : [SEEN.aliasNotFound(target, Type, HostedZoneId)]),
    ...(['NS', 'SOA'].includes(Type) ? [ASSUMED.aliasOfType(set)] : []),
  ];
}

/** Follows the aliases of the zone from `set` on, and looks whether they come back to its name. */
function cycle(set: ResourceRecordSet, zoneId: string, index: RecordIndex): string[] {
  const targets = (name: string, type: RRType) =>
    index.group(name, type).flatMap(({ AliasTarget: alias }) => (alias?.HostedZoneId === zoneId ? [alias.DNSName] : []));
  const start = set.AliasTarget?.DNSName ?? '';
  const paths = new Map([[start, [set.Name, start]]]);
  for (const [name, path] of paths) {
    if (name === set.Name) return [ASSUMED.aliasCycle(set, path)];
    for (const next of targets(name, set.Type)) if (!paths.has(next)) paths.set(next, [...path, next]);
  }
  return [];
}
