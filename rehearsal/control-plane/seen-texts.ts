/**
 * What Route 53 says, word for word as its users reported it. The source of each text stands above it: an issue in which it was
 * quoted, or a page of AWS. Wordings that nobody quoted are in assumed-texts.ts.
 *
 * Names have their dot at the end, as in the originals.
 */
import type { Change, ResourceRecordSet, RRType } from './api';

/** `[name='www.example.com.', type='A']`. Sources: AnalogJ/lexicon#179; with a set identifier: airbnb/zonify#23. */
function bracketed({ Name, Type, SetIdentifier }: ResourceRecordSet): string {
  const identifier = SetIdentifier === undefined ? '' : `, set-identifier='${SetIdentifier}'`;
  return `[name='${Name}', type='${Type}'${identifier}]`;
}

/** `[Action=CREATE, Name=www.example.com., Type=A, SetIdentifier=null]`. Source: ansible-collections/community.aws#615. */
function inChange({ Action, ResourceRecordSet: { Name, Type, SetIdentifier = 'null' } }: Change): string {
  return `Change with [Action=${Action}, Name=${Name}, Type=${Type}, SetIdentifier=${SetIdentifier}]`;
}

type Found = 'none' | 'more than one';

export const SEEN = {
  /** AnalogJ/lexicon#179, kubernetes-sigs/external-dns#5939. */
  alreadyExists: (set: ResourceRecordSet) => `Tried to create resource record set ${bracketed(set)} but it already exists`,

  /** boto/boto#2887, presslabs/zinc#252. */
  toDeleteNotFound: (set: ResourceRecordSet) => `Tried to delete resource record set ${bracketed(set)} but it was not found`,

  /** kubernetes-sigs/external-dns#732, airbnb/zonify#23. */
  toDeleteDiffers: (set: ResourceRecordSet) =>
    `Tried to delete resource record set ${bracketed(set)} but the values provided do not match the current values`,

  /** kubernetes-sigs/external-dns#4241; with type and name as AWS Certificate Manager's users quote it. */
  changedTwice: ({ Type, Name }: ResourceRecordSet) =>
    `The request contains an invalid set of changes for a resource record set '${Type} ${Name}'`,

  /** kubernetes-sigs/external-dns#2537, DNSControl/dnscontrol#493. */
  tooManyRecords: (limit: number) => `Number of records limit of ${limit} exceeded.`,

  /** kubernetes-sigs/external-dns#515, DNSControl/dnscontrol#908. */
  tooManyCharacters: (limit: number) => `RDATA character limit of ${limit} exceeded.`,

  /** DNSControl/dnscontrol#908. */
  zoneFull: (zoneId: string) => `Exceeded limit MAX_RRSETS_BY_ZONE for zone: ${zoneId}`,

  /** rancher/rancher#10253, when the limit was 100. */
  tooManyValues: (limit: number) => `Cannot have more than ${limit} records in a RRSet.`,

  /** amazon-archives/service-discovery-ecs-dns#3, getmoto/moto#916. */
  outsideZone: (name: string, zone: string) => `RRSet with DNS name ${name} is not permitted in zone ${zone}`,

  /** capitalone/Particle-Cloud-Framework#113, aws/aws-sdk-java#1996. */
  cnameNextToOthers: (name: string, zone: string) =>
    `RRSet of type CNAME with DNS name ${name} is not permitted as it conflicts with other records with the same DNS name in zone ${zone}`,

  /** RJPearson94/terraform-aws-open-next#24, hashicorp/terraform#9732. */
  nextToCname: (type: RRType, name: string, zone: string) =>
    `RRSet of type ${type} with DNS name ${name} is not permitted because a conflicting RRSet of type CNAME with the same DNS name ` +
    `already exists in zone ${zone}`,

  /** cloudfoundry/bosh-bootloader#310. */
  cnameAtApex: (name: string, zone: string) =>
    `RRSet of type CNAME with DNS name ${name} is not permitted at apex in zone ${zone}`,

  /** DNSControl/dnscontrol#4402. */
  oneSoa: 'A HostedZone must contain exactly one SOA record.',

  /** airbnb/zonify#1. */
  someNs: 'A HostedZone must contain at least one NS record for the zone itself.',

  /** cert-manager/cert-manager#5388. */
  notMultivalue: ({ Name, Type, SetIdentifier }: ResourceRecordSet) =>
    `RRSet with DNS name ${Name}, type ${Type}, SetIdentifier "${SetIdentifier}" cannot be created because a non multivalue answer ` +
    'rrset exists with the same name and type.',

  /** kubernetes-sigs/external-dns#3141, which has no quotes. */
  notWeighted: ({ Name, Type, SetIdentifier }: ResourceRecordSet) =>
    `RRSet with DNS name ${Name}, type ${Type}, SetIdentifier ${SetIdentifier} cannot be created as a non-weighted set exists with ` +
    'the same name and type.',

  /** barnybug/cli53#257, chef-boneyard/route53#100. */
  notSimple: ({ Name, Type }: ResourceRecordSet) =>
    `RRSet with DNS name ${Name}, type ${Type} cannot be created as other RRSets exist with the same name and type.`,

  /** aws/aws-sdk-go-v2#518, whose names are blacked out. */
  weightedTtl: ({ Name, Type, SetIdentifier }: ResourceRecordSet) =>
    `RRSet with DNS name ${Name}, type ${Type}, SetIdentifier ${SetIdentifier} cannot be created as weighted sets must contain the ` +
    'same TTL.',

  /** kubernetes-sigs/external-dns#2362 and #1420. */
  primaryUnchecked: 'A non-alias primary ResourceRecordSet must have an associated health check. No changes made.',

  /** aws/aws-cdk#19643, barnybug/cli53#213. */
  aliasOutsideZone: (target: string, type: RRType, zoneId: string) =>
    `Tried to create an alias that targets ${target}, type ${type} in zone ${zoneId}, but the alias target name does not lie within ` +
    'the target zone',

  /** aws/aws-cdk#19643, pcorliss/ruby_route_53#17. */
  aliasNotFound: (target: string, type: RRType, zoneId: string) =>
    `Tried to create an alias that targets ${target}, type ${type} in zone ${zoneId}, but that target was not found`,

  /** kubernetes-sigs/external-dns#1929. */
  duplicateValue: (value: string) => `Duplicate Resource Record: '${value}'`,

  /** gomodules/dns#7, aws/aws-cdk#14800. */
  notIpv4: (value: string) =>
    `Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with '${value}''`,

  /** harmony-one/harmony-ops#491. */
  emptyName: "FATAL problem: DomainNameEmpty (Domain name is empty) encountered with ''",

  /** agorapulse/grails-aws-sdk#95 (more than one), hashicorp/terraform-provider-aws#36411 (none). */
  content: (found: Found, change: Change) =>
    'Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], but found ' +
    `${found} in ${inChange(change)}`,

  /** hashicorp/terraform-provider-aws#1668 (none). */
  policy: (found: Found, change: Change) =>
    'Invalid request: Expected exactly one of [Weight, Region, Failover, GeoLocation, or MultiValueAnswer], but found ' +
    `${found} in ${inChange(change)}`,

  /** ansible-collections/community.aws#615. */
  noIdentifier: (change: Change) => `Invalid request: Missing field 'SetIdentifier' in ${inChange(change)}`,

  /** hashicorp/terraform#1194, rancher/rancher#2529. */
  priorRequest: 'The request was rejected because Route 53 was still processing a prior request.',

  /** Route 53 developer guide, "Throttling for Amazon Route 53 API requests". */
  throttled: 'Rate exceeded',

  /** hashicorp/terraform#8679. */
  callerReferenceTaken: 'A different health check has already been created with the specified caller reference.',

  /** aws/aws-sdk-php#1527. */
  tcpWithName: 'TCP health checks that have IP address must not have a fully qualified domain name specified.',

  /** aws/aws-sdk-php#1528. */
  alarmOnBasic: 'Invalid parameter : Basic health checks must not have an metric region specified.',

  /** getmoto/moto; public scripts look for it in what Route 53 answers. */
  noSuchZone: (zoneId: string) => `No hosted zone found with ID: ${zoneId}`,
} as const;
