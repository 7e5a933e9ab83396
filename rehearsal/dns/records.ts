/** What a hosted zone holds. All names are lower case and have no dot at the end. */

export interface HostedZone {
  readonly name: string;
  readonly records: readonly RecordSet[];
  readonly nameServers: readonly string[];
}

/** One record set of Route 53: several may share a name and a type when they are multivalue. */
export interface RecordSet {
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  /** In simulated seconds. */
  readonly ttl: number;
  readonly values: readonly string[];
  readonly setIdentifier?: string;
  readonly multivalue?: boolean;
  /** Without one the record always counts as healthy. */
  readonly healthCheckId?: string;
}
