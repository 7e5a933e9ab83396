/** Reads one record set of a template. */
import { RECORD_TYPES, type RecordSet, type RecordType, type Routing } from '../dns/records';
import { UsageError } from '../usage-error';
import { has, numberOf, type Properties, textOf, textsOf, truthOf, wordOf } from './properties';
import { objectOf } from './resources';

/** Types of Route 53 that its DNS server answers and ours does not. */
const UNPLAYED_TYPES = ['HTTPS', 'SOA', 'SVCB'] as const;

/** Seconds for which resolvers keep what an AWS resource's own name leads to. */
const ALIAS_TTL = 60;
const LONGEST_TTL = 2 ** 31 - 1;

/** What tells that a record has a policy. */
const POLICIES: Readonly<Record<string, string>> = {
  MultiValueAnswer: 'multivalue',
  Failover: 'failover',
  Weight: 'weighted',
  Region: 'latency',
  GeoLocation: 'geolocation',
  GeoProximityLocation: 'geoproximity',
  CidrRoutingConfig: 'cidr',
};

/** A record set with its place in the template. */
export interface ReadRecord {
  /** 'record Www', for messages. */
  readonly what: string;
  /** Logical id or id of the zone that it says to be in. */
  readonly zone: string;
  readonly policy: string;
  readonly record: RecordSet;
}

/** A record set that is not played. */
export interface UnplayedRecord extends Pick<ReadRecord, 'what' | 'zone' | 'policy'> {
  readonly record: Pick<RecordSet, 'name' | 'setIdentifier'> & { readonly type: string };
  readonly why: string;
}

/** @param place where it is in the template, and which health check it names there */
export function readRecord(
  properties: Properties,
  { what, zone, healthCheckId }: Pick<ReadRecord, 'what' | 'zone'> & { readonly healthCheckId?: string },
): ReadRecord | UnplayedRecord {
  if (!has(properties, 'Name')) throw new UsageError(`${what} must have a name, got none: give it a 'Name'`);
  const name = plainName(textOf(properties, 'Name') ?? '');
  const setIdentifier = textOf(properties, 'SetIdentifier');
  const type = wordOf(what, properties, 'Type', { allowed: [...RECORD_TYPES, ...UNPLAYED_TYPES] });
  const policy = policyOf(what, properties);
  const routing = routingOf(what, policy, properties);
  const place = { what, zone, policy };
  if (!isPlayed(type)) return { ...place, record: { name, type, setIdentifier }, why: `is of type ${type}` };
  if (!routing) return { ...place, record: { name, type, setIdentifier }, why: `has the policy '${policy}'` };
  const data = dataOf(what, zone, properties);
  if (data.alias && policy === 'multivalue')
    throw new UsageError(`${what} must have values of its own to be multivalue, got an alias: choose another policy`);
  return { ...place, record: { name, type, routing, setIdentifier, healthCheckId, ...data } };
}

/** Lower case, without a dot at the end, and with '*' as itself. */
export function plainName(name: string): string {
  return name
    .toLowerCase()
    .replace(/^\\052/, '*')
    .replace(/\.$/, '');
}

function isPlayed(type: string): type is RecordType {
  return RECORD_TYPES.some((each) => each === type);
}

function policyOf(what: string, properties: Properties): string {
  const given = Object.keys(POLICIES).filter((name) =>
    name === 'MultiValueAnswer' ? truthOf(properties, name) : has(properties, name),
  );
  if (given.length > 1)
    throw new UsageError(`${what} must have one routing policy, got ${given.join(' and ')}: leave all but one of them out`);
  return POLICIES[given[0] ?? ''] ?? 'simple';
}

/** Undefined for a policy that is not played. */
function routingOf(what: string, policy: string, properties: Properties): Routing | undefined {
  switch (policy) {
    case 'simple':
    case 'multivalue':
      return { policy };
    case 'failover':
      return { policy, role: wordOf(what, properties, 'Failover', { allowed: ['PRIMARY', 'SECONDARY'] }) };
    case 'weighted':
      return { policy, weight: numberOf(what, properties, 'Weight', { least: 0, most: 255 }) };
    default:
      return undefined;
  }
}

function dataOf(what: string, zone: string, properties: Properties): Pick<RecordSet, 'ttl' | 'values' | 'alias'> {
  const values = textsOf(properties, 'ResourceRecords');
  const target = objectOf(properties.AliasTarget);
  const isAlias = has(properties, 'AliasTarget');
  if (isAlias === values.length > 0) {
    throw new UsageError(
      `${what} must have either values or an alias target, got ${isAlias ? 'both' : 'neither'}: ` +
        "give it 'ResourceRecords' or 'AliasTarget'",
    );
  }
  if (!isAlias) return { ttl: numberOf(what, properties, 'TTL', { least: 0, most: LONGEST_TTL, byDefault: 300 }), values };
  if (!has(target, 'DNSName')) throw new UsageError(`${what} must have an alias target, got none: give it a 'DNSName'`);
  const name = plainName(textOf(target, 'DNSName') ?? '');
  const zoneId = textOf(target, 'HostedZoneId');
  const evaluateTargetHealth = truthOf(target, 'EvaluateTargetHealth');
  return { ttl: ALIAS_TTL, values, alias: { name, ...(zoneId !== zone && { zoneId }), evaluateTargetHealth } };
}
