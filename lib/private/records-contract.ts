/**
 * What the constructs and the record function of an elastic fleet agree on, which keeps records and health checks that follow the instances.
 * Like the contract, every side imports it, and it imports nothing.
 */

/** Environment variables of the record function: JSON of {@link RecordsTopology}, and the name of its table. */
export const RECORDS_ENV = { topology: 'PROXY_FLEET_RECORDS', table: 'PROXY_FLEET_RECORDS_TABLE' } as const;

/** Timeout of the record function in seconds: it waits for Route 53 to be in sync, and when a name goes for a run before it. */
export const RECORDS_TIMEOUT_SECONDS = 600;

/** Resource type of the custom resource that stands for the records of one name. */
export const RECORDS_RESOURCE_TYPE = 'Custom::ProxyFleetRecords';

/**
 * Assumed bound in seconds on one look at private proxies: two rounds of probes, five seconds between them, and the cold starts of all
 * functions. It begins a sweep after a proxy has failed at the latest.
 */
export const RECORDS_LOOK_SECONDS = 30;

/** Assumed bound in seconds from a changed record to all name servers. Source: Route 53 API reference, "ChangeResourceRecordSets": "generally". */
export const RECORDS_PROPAGATION_SECONDS = 60;

/** Partition key of the one item of the table. */
export const RECORDS_KEY = { name: 'id', value: 'records' } as const;

/** Types of the events that make the record function look before its next sweep; the last one names an instance and no group. */
export const RECORDS_EVENTS = {
  group: ['EC2 Instance Launch Successful', 'EC2 Instance-terminate Lifecycle Action', 'EC2 Instance Terminate Successful'],
  spot: 'EC2 Spot Instance Interruption Warning',
} as const;

/** What the record function is told of its fleet. Its group is found by the tag: the group itself waits for the function. */
export interface RecordsTopology {
  /** The fleet's name, which its metrics carry. */
  readonly fleet: string;
  readonly tag: { readonly key: string; readonly value: string };
  /** Unlike that of every other fleet of every account, from one deploy of the stack to its end. */
  readonly owner: string;
  /** Record types, one for each address family of the fleet. */
  readonly families: ('A' | 'AAAA')[];
  /**
   * Functions that look at the proxies, one in each zone. With them names lead to private addresses, which Route 53 cannot check; without any,
   * to public ones.
   */
  readonly probes: { readonly zone: string; readonly functionName: string }[];
  readonly names: PublishedName[];
}

/** A name that leads to the instances. */
export interface PublishedName {
  readonly hostedZoneId: string;
  /** Fully qualified, lower case, without a dot at its end. */
  readonly recordName: string;
  readonly ttl: number;
  /** Missing where the function judges the proxies itself. */
  readonly check?: NameCheck;
}

/** The health check of each record, in the words of Route 53. */
export interface NameCheck {
  readonly Type: 'HTTP' | 'HTTPS' | 'TCP';
  readonly Port: number;
  readonly ResourcePath?: string;
  /** Seconds. */
  readonly RequestInterval: number;
  readonly FailureThreshold: number;
}

/** Properties of the custom resource of one name. */
export interface NameProperties {
  readonly HostedZoneId: string;
  readonly RecordName: string;
  /** JSON of {@link PublishedName}, with the families and the path of the endpoint: a change of it is a reason to look. */
  readonly Settings: string;
}
