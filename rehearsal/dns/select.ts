/**
 * Which records of a name and type Route 53 answers, by policy and health.
 *
 * A record is healthy when its health check is, and, of an alias that evaluates its target's health, when at least one record of the
 * target is as well. A target outside of the zone counts as healthy. Of each group the unhealthy records are left out before the
 * policy chooses; when none is healthy, all count as healthy, so that there is always an answer. A chosen alias goes on to its target.
 *
 * Gotchas: an alias that does not evaluate its target's health is never left for another branch, even when everything behind it is
 * dead. Of a name that leads to itself there is no answer, but an error.
 */
import { shuffle } from '../random';
import { groupOf } from './groups';
import type { HostedZone, RecordSet } from './records';

/** Most records in one answer to a multivalue question. */
export const MAX_MULTIVALUE_ANSWERS = 8;

/** None when the zone holds nothing of that name and type. An alias among them leads out of the zone. */
export function select(
  zone: HostedZone,
  name: string,
  type: string,
  isHealthy: (healthCheckId: string) => boolean,
  random: () => number,
): RecordSet[] {
  const healths = new Map<RecordSet, boolean>();
  const targetOf = ({ alias }: RecordSet) => (alias ? groupOf(zone, alias.name, type) : []);
  const healthOf = (record: RecordSet): boolean => {
    const known = healths.get(record);
    if (known !== undefined) return known;
    // What leads back to itself finds nothing healthy there.
    healths.set(record, false);
    const { healthCheckId, alias } = record;
    const target = alias?.evaluateTargetHealth ? targetOf(record) : [];
    const healthy = (healthCheckId === undefined || isHealthy(healthCheckId)) && (target.length === 0 || target.some(healthOf));
    healths.set(record, healthy);
    return healthy;
  };
  const descend = (group: readonly RecordSet[], above: readonly RecordSet[]): RecordSet[] =>
    choose(group, healthOf, random).flatMap((record) => {
      if (above.includes(record)) throw new Error(`the alias ${record.name} leads back to itself`);
      const target = targetOf(record);
      return target.length === 0 ? [record] : descend(target, [...above, record]);
    });
  return descend(groupOf(zone, name, type), []);
}

/** What the policy of a group makes of the health of its records. */
function choose(group: readonly RecordSet[], healthOf: (record: RecordSet) => boolean, random: () => number): RecordSet[] {
  const [first] = group;
  if (!first || first.routing.policy === 'simple') return group.slice(0, 1);
  const healthy = group.filter(healthOf);
  const candidates = healthy.length > 0 ? healthy : group;
  switch (first.routing.policy) {
    case 'multivalue':
      return shuffle(candidates, random).slice(0, MAX_MULTIVALUE_ANSWERS);
    case 'failover':
      return [candidates.find(isPrimary) ?? candidates[0] ?? first];
    case 'weighted':
      return [draw(candidates, random) ?? first];
  }
}

function isPrimary({ routing }: RecordSet): boolean {
  return routing.policy === 'failover' && routing.role === 'PRIMARY';
}

/** One record, as likely as its weight says. Records of weight 0 have their turn, one as likely as another, when there are no others. */
function draw(candidates: readonly RecordSet[], random: () => number): RecordSet | undefined {
  const weightOf = ({ routing }: RecordSet) => (routing.policy === 'weighted' ? routing.weight : 0);
  const total = candidates.reduce((sum, record) => sum + weightOf(record), 0);
  if (total === 0) return candidates[Math.floor(random() * candidates.length)];
  let rest = random() * total;
  return candidates.find((record) => {
    rest -= weightOf(record);
    return rest < 0;
  });
}
