/**
 * Refusals that Route 53 documents, in words that are ours: nobody quoted the original, so nothing may depend on them. The source of
 * each rule stands above its text. Wordings that were quoted are in seen-texts.ts.
 */
import type { Protection, ResourceRecordSet, RRType } from './api';

const described = ({ Name, Type, SetIdentifier }: ResourceRecordSet) =>
  `RRSet with DNS name ${Name}, type ${Type}${SetIdentifier === undefined ? '' : `, SetIdentifier ${SetIdentifier}`}`;

export const ASSUMED = {
  /** API reference, `ResourceRecordSet.Failover`; worded after the weighted text. */
  notFailover: (set: ResourceRecordSet) =>
    `${described(set)} cannot be created as a non-failover set exists with the same name and type.`,

  /** API reference, `ResourceRecordSet.Failover`; worded after the latency text of hashicorp/terraform-provider-aws#1668. */
  roleTaken: (set: ResourceRecordSet) =>
    `${described(set)}, and Failover ${set.Failover} cannot be created because a failover RRSet with the same name, type and role ` +
    'already exists.',

  /** Developer guide, quotas: 100 records with the same name and type. */
  groupFull: ({ Name, Type }: ResourceRecordSet, limit: number) =>
    `RRSets with DNS name ${Name}, type ${Type} exceed the limit of ${limit} with the same name and type.`,

  /** API reference, `ResourceRecordSet.Weight`: one ResourceRecord per weighted set. */
  weightedValues: (set: ResourceRecordSet) =>
    `${described(set)} cannot be created as weighted sets must contain one ResourceRecord.`,

  /** RFC 1034, section 3.6.2: a name has one canonical name. */
  cnameValues: (set: ResourceRecordSet) => `${described(set)} cannot be created as a CNAME must contain one ResourceRecord.`,

  /** API reference, `ResourceRecordSet.MultiValueAnswer`, whose words these are. */
  multivalueAlias: (set: ResourceRecordSet) =>
    `${described(set)} cannot be created: you can't create multivalue answer alias records.`,

  /** API reference, `ResourceRecordSet.Type`: all types but these may be aliases. */
  aliasOfType: (set: ResourceRecordSet) => `${described(set)} cannot be created: an alias cannot have type ${set.Type}.`,

  /** API reference, `AliasTarget.HostedZoneId`: an alias can't reference a record in a different hosted zone. */
  aliasOfOtherZone: (target: string, type: RRType, zoneId: string) =>
    `Tried to create an alias that targets ${target}, type ${type} in zone ${zoneId}, which is not the zone of the alias`,

  /** Not documented; an answer could not be computed. */
  aliasCycle: (set: ResourceRecordSet, path: readonly string[]) =>
    `${described(set)} cannot be created: the alias leads back to itself (${path.join(' -> ')}).`,

  /** Developer guide, multivalue answer routing: any record type except NS and CNAME. */
  multivalueOfType: (set: ResourceRecordSet) =>
    `${described(set)} cannot be created: multivalue answer records cannot have type ${set.Type}.`,

  /** RFC 3596; worded after the IPv4 text. */
  notIpv6: (value: string) =>
    `Invalid Resource Record: 'FATAL problem: AAAARRDATAIllegalIPv6Address (Value is not a valid IPv6 address) encountered with '${value}''`,

  /** Developer guide, "Supported DNS record types"; the words are our own. */
  badValue: (problem: string) => `Invalid Resource Record: '${problem}'`,

  /** RFC 1035: 1 to 63 characters a label. */
  badLabel: (name: string) =>
    `FATAL problem: DomainLabelLength (Domain label is empty or longer than 63) encountered with '${name}'`,

  /** API reference, `ChangeResourceRecordSets`: each protected set is named, with the protection's comment. */
  protectedSet: (set: ResourceRecordSet, { Comment }: Protection) =>
    `${described(set)} cannot be changed because it is protected${Comment === undefined ? '' : `: ${Comment}`}`,

  /** API reference, `CreateResourceRecordSetProtections`. */
  protectionExists: 'A protection already exists for every name and type in the request.',
  badProtection: ({ RecordName, RecordType }: Protection, reason: string) => `${RecordType} ${RecordName}: ${reason}`,

  /** API reference, the constraints of each field; worded like other services of AWS do it. */
  constraint: (field: string, value: unknown, rule: string) =>
    `1 validation error detected: Value '${String(value)}' at '${field}' failed to satisfy constraint: Member must ${rule}`,

  /** The simulator's own. */
  notPlayed: (field: string) => `${field} is not simulated: use simple, weighted, failover or multivalue answer records`,

  /** API reference, `ListResourceRecordSets`. */
  typeWithoutName: 'The request must contain a StartRecordName when it contains a StartRecordType.',

  /** API reference, errors `NoSuchHealthCheck` and `NoSuchChange`. */
  noSuchHealthCheck: (id: string) => `No health check exists with the specified ID: ${id}`,
  noSuchChange: (id: string) => `A change with the specified change ID does not exist: ${id}`,

  /** API reference, error `TooManyHealthChecks`. */
  tooManyHealthChecks:
    "This health check can't be created because the current account has reached the limit on the number of active health checks.",

  /** API reference, `HealthCheckConfig`; the field and what is the matter with it. */
  healthCheck: (field: string, matter: string) => `Invalid parameter : ${field} ${matter}`,
} as const;
