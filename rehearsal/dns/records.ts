/** What a hosted zone holds. All names are lower case and have no dot at the end. */

export interface HostedZone {
  readonly id: string;
  readonly name: string;
  readonly records: readonly RecordSet[];
  readonly nameServers: readonly string[];
}

/** The types that DNS answers from records; the SOA is made from the zone. */
export const RECORD_TYPES = [
  'A',
  'AAAA',
  'CAA',
  'CNAME',
  'DS',
  'MX',
  'NAPTR',
  'NS',
  'PTR',
  'SPF',
  'SRV',
  'SSHFP',
  'TLSA',
  'TXT',
] as const;

export type RecordType = (typeof RECORD_TYPES)[number];

/** How one of the records of a name and type is chosen. All of them have the same policy. */
export type Routing =
  | { readonly policy: 'simple' }
  | { readonly policy: 'multivalue' }
  | { readonly policy: 'failover'; readonly role: 'PRIMARY' | 'SECONDARY' }
  | { readonly policy: 'weighted'; readonly weight: number };

/** One record set of Route 53: several may share a name and a type when their routing is not simple. */
export interface RecordSet {
  readonly name: string;
  readonly type: RecordType;
  readonly routing: Routing;
  readonly setIdentifier?: string;
  /** Without one the record itself always counts as healthy. */
  readonly healthCheckId?: string;
  /** In simulated seconds. Of an alias: what its target outside of the zone has; a target in the zone has its own. */
  readonly ttl: number;
  /** As Route 53 writes them in `ResourceRecords`. Those of an alias are known only when something plays its target. */
  readonly values: readonly string[];
  readonly alias?: Alias;
}

export interface Alias {
  readonly name: string;
  readonly zoneId?: string;
  readonly evaluateTargetHealth: boolean;
}
