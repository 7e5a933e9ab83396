import { type Duration, Stack, Token } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { asResource } from '../private/cfn-resource';
import { canonicalIpv6 } from '../private/ipv6';
import type { KeptRecords } from './address-source';
import { MAX_RECORDS } from './published-records';
import { isSameName } from './record-name';

/** A record of somebody else, and those of the owner that have its name. */
interface Encounter {
  readonly own: route53.CfnRecordSet[];
  readonly other: route53.CfnRecordSet;
}

/**
 * Complaints about other records of the app with a name that the owner's records have: Route 53 refuses two routing policies for one
 * name and type, and anything beside a CNAME.
 */
export function findRivals(owner: Construct): string[] {
  return encountersOf(owner).map(
    ({ other: { name, type, node } }) =>
      `a name must have one owner, got '${name}' (${type}) at '${node.path}', too: choose another recordName`,
  );
}

/** Complaints about records that share a name with the owner's multivalue records and cannot be answered together with them. */
export function findMisfits(owner: Construct): string[] {
  const encounters = encountersOf(owner);
  return [...encounters.flatMap((encounter) => misfitOf(encounter) ?? []), ...findCrowd(encounters)];
}

/** A name whose records somebody keeps at run time. */
export interface KeptName extends KeptRecords {
  readonly zone: route53.IHostedZone;
  readonly domainName: string;
  readonly ttl: Duration;
}

/**
 * Complaints about records of the app, and about others who keep the same name, that cannot be answered together with the multivalue
 * records of a name that somebody keeps at run time.
 *
 * @param others by their paths
 */
export function findMisfitsOfKept(owner: Construct, own: KeptName, others: ReadonlyMap<string, KeptName>): string[] {
  const { zone, domainName, ttl, recordTypes } = own;
  const twins = [...others].filter(
    ([, each]) => each.zone.hostedZoneId === zone.hostedZoneId && isSameName(each.domainName, domainName),
  );
  const unequal = twins.flatMap(
    ([path, each]) => ttlMisfitOf(path, each.ttl.toSeconds().toString(), ttl.toSeconds().toString()) ?? [],
  );
  const types: string[] = [...recordTypes, route53.RecordType.CNAME];
  const records = recordsOf(owner).filter(
    ({ hostedZoneId, name, type }) => hostedZoneId === zone.hostedZoneId && isSameName(name, domainName) && types.includes(type),
  );
  const misfits = records.flatMap((other) => policyMisfitOf(other, ttl.toSeconds().toString()) ?? []);
  const crowds = recordTypes.flatMap((type) => {
    const keeping = [own, ...twins.map(([, each]) => each)].filter((each) => each.recordTypes.includes(type));
    const beside = records.filter((record) => record.type === type).length;
    return crowdOf(
      keeping.reduce((sum, { most }) => sum + most, beside),
      type,
      domainName,
    );
  });
  return [...misfits, ...unequal, ...crowds];
}

/** All records of the app that are answered together with this one, itself among them. */
export function recordsLike(record: route53.CfnRecordSet): route53.CfnRecordSet[] {
  return recordsOf(record).filter((each) => each.type === record.type && isSameSet(each, record));
}

function misfitOf({ own, other }: Encounter): string | undefined {
  const [first] = own as [route53.CfnRecordSet];
  const { node, setIdentifier } = other;
  const policy = policyMisfitOf(other, first.ttl);
  if (policy !== undefined) return policy;
  if (own.some((each) => each.setIdentifier === setIdentifier)) {
    return `setIdentifier must be unique within a name, got '${setIdentifier}' at '${node.path}', too: publish each address once`;
  }
  const values = valuesOf(other);
  const twin = own.find((each) => valuesOf(each).some((value) => values.includes(value)));
  if (!twin) return undefined;
  return `an address must be unique within a name, got that of '${twin.node.path}' at '${node.path}', too: publish each address once`;
}

/** @param ownTtl of the multivalue records that it is beside */
function policyMisfitOf({ name, type, node, multiValueAnswer, ttl }: route53.CfnRecordSet, ownTtl?: string): string | undefined {
  if (multiValueAnswer !== true) {
    const got = `got '${name}' (${type}) at '${node.path}', which is not multivalue`;
    return `records of one name must have one routing policy, ${got}: choose another recordName`;
  }
  return ttlMisfitOf(node.path, ttl, ownTtl);
}

/** A TTL is a text, also of a number that only a deploy knows. */
function ttlMisfitOf(path: string, ttl?: string, ownTtl?: string): string | undefined {
  if (ttl === ownTtl || [ttl, ownTtl].some((each) => Token.isUnresolved(Number(each)))) return undefined;
  return `records of one name must have one TTL, got ${ownTtl} s and, at '${path}', ${ttl} s: give both the same ttl`;
}

/** Each may have few enough records, and all together too many. */
function findCrowd(encounters: Encounter[]): string[] {
  return [route53.RecordType.A, route53.RecordType.AAAA].flatMap((type) => {
    const met = encounters.filter(({ other }) => other.type === type);
    const records = new Set(met.flatMap(({ own, other }) => [...own, other]));
    return met.slice(0, 1).flatMap(({ other }) => crowdOf(records.size, type, other.name));
  });
}

function crowdOf(records: number, type: string, name: string): string[] {
  if (records <= MAX_RECORDS) return [];
  return [
    `a name has at most ${MAX_RECORDS} multivalue records, got ${records} (${type}) of '${name}' in all: spread the fleets over several names`,
  ];
}

/** What a record answers, in a form that can be compared. A reference means one thing in one stack, and another in the next. */
function valuesOf(record: route53.CfnRecordSet): string[] {
  const stack = Stack.of(record);
  const values: unknown[] = stack.resolve(record.resourceRecords) ?? [];
  return values.map((value) => (typeof value === 'string' ? canonicalIpv6(value) : stack.node.addr + JSON.stringify(value)));
}

/** Records of others beside those of the owner with the same name, each once. */
function encountersOf(owner: Construct): Encounter[] {
  const records = recordsOf(owner);
  const mine = records.filter((record) => record.node.scopes.includes(owner));
  const others = records.filter((record) => !mine.includes(record));
  return others.map((other) => ({ own: mine.filter((each) => isRival(each, other)), other })).filter(({ own }) => own.length > 0);
}

function recordsOf({ node }: Construct): route53.CfnRecordSet[] {
  return node.root.node.findAll().flatMap((each) => asResource(each, route53.CfnRecordSet) ?? []);
}

function isRival(own: route53.CfnRecordSet, other: route53.CfnRecordSet): boolean {
  return isSameSet(own, other) && (own.type === other.type || other.type === route53.RecordType.CNAME);
}

function isSameSet(one: route53.CfnRecordSet, other: route53.CfnRecordSet): boolean {
  return one.hostedZoneId === other.hostedZoneId && isSameName(one.name, other.name);
}
