/**
 * How long DNS keeps leading clients to what is broken, for each name of a zone.
 *
 * Of records that share a name the slowest counts; of PRIMARY and SECONDARY the primary, which is what clients must get away from.
 * An alias is as slow as what it leads to. Where something never gives way, there is no bound, and a reason instead.
 */
import { checkDetectionSeconds, UNKNOWN_TTL_SECONDS } from '../../lib/private/contract';
import { groupOf } from '../dns/groups';
import type { HostedZone, RecordSet } from '../dns/records';
import { type CalculatedCheck, type HealthCheck, isEndpointCheck, type ProbedCheck } from '../health/health-check';
import { type Estimated, recordKey } from './estimates';
import { type Estimate, PROBED_PROPAGATION, probedDetection, UNKNOWN_DETECTION } from './terms';

export interface Bound {
  readonly detection: Estimate;
  readonly ttl: Estimate;
  /** Where it is not that of a health check's status. */
  readonly propagation?: Estimate;
}

export interface NoBound {
  /** Why nothing leads clients away. */
  readonly never: string;
}

/** Whoever follows an alias sees records without a health check, of which the last one always stays. */
const UNJUDGED: NoBound = { never: 'its records have no health check, and so never fail for an alias' };

/** What is known beside the zone. */
export interface Known {
  readonly checks: ReadonlyMap<string, HealthCheck>;
  readonly estimated: Pick<Estimated, 'checks' | 'records'>;
}

/** Undefined for a name that was never meant to lead elsewhere: one record, and nothing that judges it. */
export function boundOfName(zone: HostedZone, name: string, known: Known): Bound | NoBound | undefined {
  const types = new Set(zone.records.filter((record) => record.name === name).map(({ type }) => type));
  const bounds = [...types].flatMap((type) => boundOfGroup(zone, groupOf(zone, name, type), known) ?? []);
  const never = bounds.find((bound) => 'never' in bound);
  return never ?? bounds.filter(isBound).sort((one, other) => secondsOf(other) - secondsOf(one))[0];
}

export function isBound(bound: Bound | NoBound): bound is Bound {
  return !('never' in bound);
}

function boundOfGroup(zone: HostedZone, group: readonly RecordSet[], known: Known): Bound | NoBound | undefined {
  const [first, second] = group;
  if (first && !second) {
    const target = targetOf(zone, first);
    if (target.length > 0) return boundOfGroup(zone, target, known);
    if (first.healthCheckId === undefined) return undefined;
    return { never: `its only ${first.type} record is answered whatever its health check says` };
  }
  const left = group.filter(({ routing }) => routing.policy !== 'failover' || routing.role === 'PRIMARY');
  const detection = slowest(left.map((record) => detectionOfRecord(zone, record, known)));
  if ('never' in detection) return detection;
  const ttl = longest(left.map((record) => ttlOf(zone, record, known)));
  return { detection, ttl, ...(left.some((each) => isProbed(each, known)) && { propagation: PROBED_PROPAGATION }) };
}

/** How long this record counts as healthy after what it leads to broke. */
function detectionOfRecord(zone: HostedZone, record: RecordSet, known: Known): Estimate | NoBound {
  const { alias, healthCheckId } = record;
  const own = healthCheckId === undefined ? undefined : detectionOfCheck(healthCheckId, known);
  if (!alias) return own ?? { never: `${titleOf(record)} has no health check and is never left out` };
  if (!alias.evaluateTargetHealth) return own ?? { never: `${titleOf(record)} is an alias whose target nobody judges` };
  const target = targetOf(zone, record).map((each) => {
    return isProbed(each, known) ? UNJUDGED : detectionOfRecord(zone, each, known);
  });
  const led = target.length === 0 ? UNKNOWN_DETECTION : slowest(target);
  // Either brings the record down; only one of them may see a fault.
  if (own === undefined || 'never' in own) return led;
  return 'never' in led ? own : longest([own, led]);
}

function detectionOfCheck(id: string, known: Known): Estimate | NoBound {
  const check = known.checks.get(id);
  if (!check) return UNKNOWN_DETECTION;
  if (check.disabled) return { never: `health check ${id} is disabled` };
  if (isEndpointCheck(check)) return { seconds: checkDetectionSeconds(check), assumed: known.estimated.checks.has(id) };
  if (check.type === 'PROBED') return detectionOfLooks(check);
  if (check.type === 'CLOUDWATCH_METRIC') return { never: `health check ${id} follows an alarm, whose time nobody promises` };
  if (check.type === 'RECOVERY_CONTROL') return { never: `health check ${id} is switched by hand` };
  return detectionOfCount(check, known);
}

function isProbed({ healthCheckId = '' }: RecordSet, { checks }: Known): boolean {
  return checks.get(healthCheckId)?.type === 'PROBED';
}

function detectionOfLooks({ sweepSeconds }: ProbedCheck): Estimate | NoBound {
  return sweepSeconds === undefined
    ? { never: 'no schedule runs the function that looks at its proxies' }
    : probedDetection(sweepSeconds);
}

/** Children that never fail may be enough for it. */
function detectionOfCount({ id, children, threshold }: CalculatedCheck, known: Known): Estimate | NoBound {
  const detections = children.map((child) => detectionOfCheck(child, known));
  const [never, ...more] = detections.filter((detection) => !isEstimate(detection));
  if (threshold === 0) return { never: `health check ${id} asks for none of those that it counts` };
  return never && more.length + 1 >= threshold ? never : longest(detections.filter(isEstimate));
}

/** For how long resolvers keep an answer with it. */
function ttlOf(zone: HostedZone, record: RecordSet, known: Known): Estimate {
  if (!record.alias) return { seconds: record.ttl, assumed: known.estimated.records.has(recordKey(record)) };
  const target = targetOf(zone, record);
  return target.length === 0
    ? { seconds: UNKNOWN_TTL_SECONDS, assumed: true }
    : longest(target.map((each) => ttlOf(zone, each, known)));
}

/** The records of its zone that an alias leads to; none if it leads elsewhere. */
function targetOf(zone: HostedZone, { alias, type }: RecordSet): readonly RecordSet[] {
  return alias && alias.zoneId === undefined ? groupOf(zone, alias.name, type) : [];
}

function slowest(detections: readonly (Estimate | NoBound)[]): Estimate | NoBound {
  const never = detections.find((detection) => 'never' in detection);
  return never ?? longest(detections.filter(isEstimate));
}

function isEstimate(detection: Estimate | NoBound): detection is Estimate {
  return 'seconds' in detection;
}

function longest(estimates: readonly Estimate[]): Estimate {
  return estimates.reduce((one, other) => (other.seconds > one.seconds ? other : one));
}

function secondsOf({ detection, ttl }: Bound): number {
  return detection.seconds + ttl.seconds;
}

function titleOf({ name, setIdentifier, type }: RecordSet): string {
  return setIdentifier === undefined ? `the ${type} record of ${name}` : `record '${setIdentifier}' of ${name}`;
}
