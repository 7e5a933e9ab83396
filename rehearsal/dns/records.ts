/** What a hosted zone holds. All names are lower case and have no dot at the end. */

export interface HostedZone {
  readonly name: string;
  readonly records: readonly RecordSet[];
  readonly nameServers: readonly string[];
}

/** Types of Route 53 that can be answered: all but HTTPS and SVCB. */
export type RecordType =
  | 'A'
  | 'AAAA'
  | 'CAA'
  | 'CNAME'
  | 'DS'
  | 'MX'
  | 'NAPTR'
  | 'NS'
  | 'PTR'
  | 'SOA'
  | 'SPF'
  | 'SRV'
  | 'SSHFP'
  | 'TLSA'
  | 'TXT';

/** One record set of Route 53: several may share a name and a type when they are multivalue. */
export interface RecordSet {
  readonly name: string;
  readonly type: RecordType;
  /** In simulated seconds. */
  readonly ttl: number;
  /** As in `ResourceRecords`. */
  readonly values: readonly string[];
  readonly setIdentifier?: string;
  readonly multivalue?: boolean;
  /** Without one the record always counts as healthy. */
  readonly healthCheckId?: string;
}
