/** What is wrong with a record set among those of the same name and type. */
import type { ResourceRecordSet } from './api';
import { ASSUMED } from './assumed-texts';
import { SEEN } from './seen-texts';

/** Record sets with the same name and type. Source: Route 53 developer guide, quotas. */
const MAX_IN_GROUP = 100;

type Policy = 'simple' | 'weighted' | 'failover' | 'multivalue';

/** `group` holds the record set too. */
export function checkGroup(set: ResourceRecordSet, group: readonly ResourceRecordSet[]): string[] {
  const policy = policyOf(set);
  const others = group.filter((other) => other.SetIdentifier !== set.SetIdentifier);
  return [
    ...(others.some((other) => policyOf(other) !== policy) ? [MIXED[policy](set)] : []),
    ...(group.length > MAX_IN_GROUP ? [ASSUMED.groupFull(set, MAX_IN_GROUP)] : []),
    ...CHECKS[policy](set, others),
  ];
}

function policyOf({ Weight, Failover, MultiValueAnswer }: ResourceRecordSet): Policy {
  if (Weight !== undefined) return 'weighted';
  if (Failover !== undefined) return 'failover';
  return MultiValueAnswer === true ? 'multivalue' : 'simple';
}

const MIXED: Record<Policy, (set: ResourceRecordSet) => string> = {
  simple: SEEN.notSimple,
  weighted: SEEN.notWeighted,
  failover: ASSUMED.notFailover,
  multivalue: SEEN.notMultivalue,
};

const CHECKS: Record<Policy, (set: ResourceRecordSet, others: readonly ResourceRecordSet[]) => string[]> = {
  simple: () => [],

  weighted: (set, others) => {
    const ttls = others.filter(({ AliasTarget }) => !AliasTarget).map(({ TTL }) => TTL);
    return [
      ...(!set.AliasTarget && ttls.some((ttl) => ttl !== set.TTL) ? [SEEN.weightedTtl(set)] : []),
      ...((set.ResourceRecords?.length ?? 0) > 1 ? [ASSUMED.weightedValues(set)] : []),
    ];
  },

  failover: (set, others) => [
    ...(others.some(({ Failover }) => Failover === set.Failover) ? [ASSUMED.roleTaken(set)] : []),
    ...(set.Failover === 'PRIMARY' && !set.AliasTarget && !set.HealthCheckId ? [SEEN.primaryUnchecked] : []),
  ],

  multivalue: (set) => [
    ...(set.AliasTarget ? [ASSUMED.multivalueAlias(set)] : []),
    ...(['NS', 'CNAME'].includes(set.Type) ? [ASSUMED.multivalueOfType(set)] : []),
  ],
};
