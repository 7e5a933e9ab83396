/**
 * Whether Route 53 would take the record sets and health checks of a template: played like CloudFormation would, a health check before
 * what names it, an alias after its target, one request each.
 *
 * Gotchas: what only a deploy can know must be recognised by `isStandIn`, by default the rehearsal's loopback addresses, and is taken
 * for a public address, or for a health check that exists, as is an id in the form that Route 53 gives. A refused health check
 * counts as existing for the records, so that every mistake is told once.
 */
import type { HostedZone, RecordSet } from '../dns/records';
import { exampleValue } from '../dns/wire/values';
import type { Route53Check } from '../health/health-check';
import type { Change } from './api';
import { ASSUMED } from './assumed-texts';
import { checkBatch } from './check-batch';
import { checkHealthCheck } from './check-health-check';
import { checkShape } from './check-shape';
import { HEALTH_CHECK_LIMITS } from './health-checks';
import { plainName } from './names';
import type { RecordMap } from './record-map';
import { Route53Error } from './route53-error';
import { toApi, toConfig } from './translate';
import { ZoneState } from './zone-state';

/** Ids that Route 53 gives. */
const GIVEN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

type IsStandIn = (value: string) => boolean;

/** `zone.records` are what the zone holds before the deploy. One sentence for each refusal; none when all is well. */
export function checkDeploy(
  zone: HostedZone,
  records: readonly RecordSet[],
  healthChecks: readonly Route53Check[],
  isStandIn: IsStandIn = (value) => value.startsWith('127.'),
): string[] {
  const checks = new Map(healthChecks.map((check) => [check.id, check]));
  const deploy = new Deploy(zone, checks, isStandIn);
  for (const record of zone.records) deploy.create(record);
  return [
    ...checkHealthChecks(checks, isStandIn),
    ...inOrder(records).flatMap((record) =>
      deploy.create(record).map((text) => `Route 53 would refuse record ${label(record)}: ${text}`),
    ),
  ];
}

const label = ({ name, type, setIdentifier }: RecordSet) => [name, type, setIdentifier].filter(Boolean).join(' ');

class Deploy {
  private held: RecordMap;
  private readonly addresses = new Map<string, string>();

  constructor(
    private readonly zone: HostedZone,
    private readonly checks: ReadonlyMap<string, Route53Check>,
    private readonly isStandIn: IsStandIn,
  ) {
    this.held = new ZoneState({ ...zone, records: [] }).records;
  }

  /** Why the record is refused; without a reason it exists from now on. */
  create(record: RecordSet): readonly string[] {
    const { healthCheckId: check } = record;
    if (check !== undefined && !this.checks.has(check) && !GIVEN_ID.test(check) && !this.isStandIn(check))
      return [ASSUMED.noSuchHealthCheck(check)];
    const played = { ...record, values: this.valuesOf(record) };
    const changes: Change[] = [{ Action: 'CREATE', ResourceRecordSet: toApi(played, this.zone.id) }];
    try {
      const { id } = this.zone;
      const zone = { id, name: `${plainName(this.zone.name)}.`, zoneIds: new Set([id]), protections: new Map() };
      const { records, messages } = checkBatch(this.held, checkShape(changes), zone);
      if (messages.length === 0) this.held = records;
      return messages;
    } catch (error) {
      if (error instanceof Route53Error) return error.messages;
      throw error;
    }
  }

  /** What Route 53 would be given, as far as that is known. */
  private valuesOf({ type, values }: RecordSet): string[] {
    const known = values.filter((value) => !this.isStandIn(value));
    const standIns = values.filter((value) => this.isStandIn(value));
    if (type === 'A' || type === 'AAAA') return [...known, ...standIns.map((value) => this.address(value, type))];
    return standIns.length > 0 ? [...known, exampleValue(type)] : known;
  }

  /** A public address for a stand-in, always the same one. */
  private address(value: string, type: 'A' | 'AAAA'): string {
    const index = this.addresses.size;
    const address = type === 'A' ? `203.0.${Math.floor(index / 256)}.${index % 256}` : `2001:db8::${index.toString(16)}`;
    const known = this.addresses.get(`${type} ${value}`) ?? address;
    this.addresses.set(`${type} ${value}`, known);
    return known;
  }
}

function checkHealthChecks(checks: ReadonlyMap<string, Route53Check>, isStandIn: IsStandIn): string[] {
  const { active } = HEALTH_CHECK_LIMITS;
  const problems = [...checks.values()].flatMap((check) => {
    const config = toConfig(check);
    const played =
      config.IPAddress !== undefined && isStandIn(config.IPAddress) ? { ...config, IPAddress: '203.0.113.1' } : config;
    const nested = (config.ChildHealthChecks ?? []).filter((child) => checks.get(child)?.type === 'CALCULATED');
    const texts = [
      ...checkHealthCheck(played),
      ...nested.map((child) => ASSUMED.healthCheck('ChildHealthChecks', `must not be calculated health checks, got ${child}`)),
      ...(config.ChildHealthChecks ?? [])
        .filter((child) => !checks.has(child) && !GIVEN_ID.test(child) && !isStandIn(child))
        .map((child) => ASSUMED.healthCheck('ChildHealthChecks', `must exist, got ${child}`)),
    ];
    return texts.map((text) => `Route 53 would refuse health check ${check.id}: ${text}`);
  });
  const tooMany = `${checks.size} health checks are more than the ${active} that an account may have: ask AWS for a higher quota`;
  return [...problems, ...(checks.size > active ? [tooMany] : [])];
}

/** Aliases after what they lead to. Those that lead to each other come last. */
function inOrder(records: readonly RecordSet[]): RecordSet[] {
  const ready = records.filter(({ alias }) => !alias);
  let waiting = records.filter(({ alias }) => alias);
  for (;;) {
    const next = waiting.filter((record) => !leadsInto(record, waiting));
    if (next.length === 0) return [...ready, ...waiting];
    ready.push(...next);
    waiting = waiting.filter((record) => !next.includes(record));
  }
}

function leadsInto({ alias, type }: RecordSet, records: readonly RecordSet[]): boolean {
  const target = plainName(alias?.name ?? '').toLowerCase();
  return records.some((record) => plainName(record.name).toLowerCase() === target && record.type === type);
}
