/** Reads hosted zones, records and health checks out of a template, whoever wrote it. */
import type { HostedZone } from '../dns/records';
import type { HealthCheck } from '../health/health-check';
import { checkAliases, checkCycles, withoutUnplayed } from './check-aliases';
import { checkRecords } from './check-records';
import { evaluate, type StandIns } from './evaluate';
import type { Json, Template } from './load-template';
import { type Properties, textOf } from './properties';
import { readHealthChecks } from './read-health-check';
import { type ReadRecord, readRecord, type UnplayedRecord } from './read-record';
import { type OwnZones, readOwnZones, readZones, zoneKeyOf } from './read-zones';
import { requireDeployable } from './require-deployable';
import { objectOf, resourcesOf } from './resources';

/** What DNS would hold after a deploy. `skipped` names what the rehearsal does not play, one sentence each. */
export function readDns(
  template: Template,
  standIns: StandIns,
): { zones: HostedZone[]; healthChecks: HealthCheck[]; skipped: string[] } {
  const ids = withIds(template, standIns);
  const { healthChecks, skipped } = readHealthChecks(template, ids);
  const checks = new Map(healthChecks.map((check) => [check.id, check]));
  const own = readOwnZones(template, ids);
  const all = recordsOf(template).map((found) => read(found, own, template, ids));
  const played = all.filter(isPlayed);
  checkRecords(all, played, checks);
  checkCycles(played);
  const { records, skipped: blind } = withoutUnplayed(
    played,
    all.filter((each): each is UnplayedRecord => !isPlayed(each)),
  );
  const { zones, skipped: twins } = readZones(records, own);
  const unknown = checkAliases(records, zones, own);
  requireDeployable(template, zones, healthChecks);
  return {
    zones,
    healthChecks,
    skipped: [...skipped, ...blind, ...twins, ...unknown, ...records.flatMap((each) => unjudged(each, checks))],
  };
}

interface Found {
  readonly what: string;
  readonly properties: Record<string, Json>;
}

/** Records of their own and those in groups, which may say once for all in which zone they are. */
function recordsOf(template: Template): Found[] {
  const single = resourcesOf(template, 'AWS::Route53::RecordSet').map(([id, { Properties = {} }]) => ({
    what: `record ${id}`,
    properties: Properties,
  }));
  const grouped = resourcesOf(template, 'AWS::Route53::RecordSetGroup').flatMap(([id, { Properties = {} }]) => {
    const { RecordSets, HostedZoneId, HostedZoneName } = Properties;
    const zone = { ...(HostedZoneId !== undefined && { HostedZoneId }), ...(HostedZoneName !== undefined && { HostedZoneName }) };
    const sets = Array.isArray(RecordSets) ? RecordSets : [];
    return sets.map((set, index) => ({ what: `record ${id}.${index}`, properties: { ...zone, ...objectOf(set) } }));
  });
  return [...single, ...grouped];
}

function read({ what, properties }: Found, own: OwnZones, template: Template, ids: StandIns): ReadRecord | UnplayedRecord {
  const evaluated: Properties = objectOf(evaluate(properties, template, ids));
  const healthCheckId = textOf(evaluated, 'HealthCheckId');
  return readRecord(evaluated, {
    what,
    zone: zoneKeyOf(what, evaluated, own),
    ...(healthCheckId !== undefined && { healthCheckId }),
  });
}

/** Logical ids stand for the ids of zones and health checks, however they are referred to. */
function withIds(template: Template, standIns: StandIns): StandIns {
  const ids = (type: string, attribute: string) => resourcesOf(template, type).map(([id]) => [`${id}.${attribute}`, id] as const);
  return new Map([...standIns, ...ids('AWS::Route53::HostedZone', 'Id'), ...ids('AWS::Route53::HealthCheck', 'HealthCheckId')]);
}

function isPlayed(each: ReadRecord | UnplayedRecord): each is ReadRecord {
  return !('why' in each);
}

/** Addresses that nothing takes out of the answers. A secondary without a check is as it should be. */
function unjudged({ what, record }: ReadRecord, checks: ReadonlyMap<string, HealthCheck>): string[] {
  const { type, alias, routing, healthCheckId } = record;
  if (healthCheckId !== undefined)
    return checks.has(healthCheckId)
      ? []
      : [`${what} is judged by ${healthCheckId}, which is in no template here: it is healthy`];
  const isSecondary = routing.policy === 'failover' && routing.role === 'SECONDARY';
  if (alias || isSecondary || (type !== 'A' && type !== 'AAAA')) return [];
  return [`${what} has no health check, so nothing takes its address out of the answers, and its clients are not judged`];
}
