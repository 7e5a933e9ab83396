/**
 * What the simulated control plane takes and gives: the part of Route 53's API (2013-04-01) that it plays, in the API's own names,
 * so that an HTTP front only has to translate XML.
 */

export type RRType =
  | 'SOA'
  | 'A'
  | 'TXT'
  | 'NS'
  | 'CNAME'
  | 'MX'
  | 'NAPTR'
  | 'PTR'
  | 'SRV'
  | 'SPF'
  | 'AAAA'
  | 'CAA'
  | 'DS'
  | 'TLSA'
  | 'SSHFP'
  | 'SVCB'
  | 'HTTPS';

export interface ResourceRecord {
  Value: string;
}

export interface AliasTarget {
  HostedZoneId: string;
  DNSName: string;
  EvaluateTargetHealth: boolean;
}

/** The fields that are played. Any other field of the API (`Region`, `GeoLocation`, ...) is refused by name. */
export interface ResourceRecordSet {
  Name: string;
  Type: RRType;
  SetIdentifier?: string;
  Weight?: number;
  Failover?: 'PRIMARY' | 'SECONDARY';
  MultiValueAnswer?: boolean;
  TTL?: number;
  ResourceRecords?: ResourceRecord[];
  AliasTarget?: AliasTarget;
  HealthCheckId?: string;
}

export interface Change {
  Action: 'CREATE' | 'DELETE' | 'UPSERT';
  ResourceRecordSet: ResourceRecordSet;
}

export interface ChangeResourceRecordSetsInput {
  HostedZoneId: string;
  ChangeBatch: { Comment?: string; Changes: Change[] };
}

export interface ChangeInfo {
  Id: string;
  Status: 'PENDING' | 'INSYNC';
  SubmittedAt: Date;
  Comment?: string;
}

export interface ListResourceRecordSetsInput {
  HostedZoneId: string;
  StartRecordName?: string;
  StartRecordType?: RRType;
  StartRecordIdentifier?: string;
  MaxItems?: number;
}

export interface ListResourceRecordSetsOutput {
  ResourceRecordSets: ResourceRecordSet[];
  IsTruncated: boolean;
  NextRecordName?: string;
  NextRecordType?: RRType;
  NextRecordIdentifier?: string;
  MaxItems: number;
}

export interface Protection {
  RecordName: string;
  RecordType: RRType;
  Comment?: string;
}

export type HealthCheckType =
  | 'HTTP'
  | 'HTTPS'
  | 'HTTP_STR_MATCH'
  | 'HTTPS_STR_MATCH'
  | 'TCP'
  | 'CALCULATED'
  | 'CLOUDWATCH_METRIC'
  | 'RECOVERY_CONTROL';

export type HealthCheckRegion =
  | 'us-east-1'
  | 'us-west-1'
  | 'us-west-2'
  | 'eu-west-1'
  | 'ap-southeast-1'
  | 'ap-southeast-2'
  | 'ap-northeast-1'
  | 'sa-east-1';

export interface HealthCheckConfig {
  Type: HealthCheckType;
  IPAddress?: string;
  Port?: number;
  ResourcePath?: string;
  FullyQualifiedDomainName?: string;
  SearchString?: string;
  RequestInterval?: number;
  FailureThreshold?: number;
  MeasureLatency?: boolean;
  Inverted?: boolean;
  Disabled?: boolean;
  HealthThreshold?: number;
  ChildHealthChecks?: string[];
  EnableSNI?: boolean;
  Regions?: HealthCheckRegion[];
  AlarmIdentifier?: { Region: string; Name: string };
  InsufficientDataHealthStatus?: 'Healthy' | 'Unhealthy' | 'LastKnownStatus';
  RoutingControlArn?: string;
}

export interface CreateHealthCheckInput {
  CallerReference: string;
  HealthCheckConfig: HealthCheckConfig;
}

export interface HealthCheckDescription {
  Id: string;
  CallerReference: string;
  HealthCheckConfig: HealthCheckConfig;
  HealthCheckVersion: number;
}

export interface ListHealthChecksInput {
  Marker?: string;
  MaxItems?: number;
}

export interface ListHealthChecksOutput {
  HealthChecks: HealthCheckDescription[];
  Marker: string;
  IsTruncated: boolean;
  NextMarker?: string;
  MaxItems: number;
}
