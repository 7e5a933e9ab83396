import type { Duration } from 'aws-cdk-lib';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import type { Construct, IConstruct, IDependable } from 'constructs';
import type { FailoverBudget } from './failover-budget';
import type { ProxyHealthCheck } from './proxy-health-check';

/** A name of which each address has one record. */
export interface AddressName {
  /** The hosted zone that gets the records. */
  readonly zone: route53.IHostedZone;

  /** The fully qualified name, without a dot at the end. */
  readonly domainName: string;

  /** How Route 53 probes each address, where it can reach them. */
  readonly healthCheck: ProxyHealthCheck;
}

/** What an endpoint tells the source of its addresses. */
export interface AddressBindOptions {
  /** For how long resolvers may keep an answer: a source must not give an address away sooner than this after its record went. */
  readonly ttl: Duration;

  /**
   * The bound on the time for which clients may still come to an address once its health check begins to fail: detection, propagation
   * and TTL. A proxy that goes on purpose serves for as long.
   *
   * @default - what the slowest health check takes, propagation and the TTL
   */
  readonly withdrawal?: Duration;

  /**
   * The name, for sources that keep its records themselves because their addresses come and go.
   *
   * @default - the endpoint makes the records, and the addresses must be known at deploy
   */
  readonly name?: AddressName;
}

/** One address that an endpoint publishes. */
export interface PublishedAddress {
  /** What it is called within its endpoint, and part of the ids of its record and health check: 'slot-1', 'vip'. */
  readonly name: string;

  /** Tells the record apart from the others of its name: 1 to 128 characters, unique within the name. */
  readonly setIdentifier: string;

  /** Public IPv4 address, or the reference that becomes one. */
  readonly ipAddress: string;

  /**
   * Public IPv6 address of the same machine, or the reference that becomes one: published by an AAAA record with a health check of its
   * own, because each family can fail alone.
   *
   * @default - published over IPv4 alone
   */
  readonly ipv6Address?: string;

  /**
   * What must be there before the record: a new health check counts as healthy, so a record must not come before its proxy.
   *
   * @default - the record waits for nothing
   */
  readonly ready?: IDependable;
}

/** Records that a source keeps itself, because its addresses come and go. */
export interface KeptRecords {
  /** One for each address family. */
  readonly recordTypes: route53.RecordType[];

  /** How many there are at most of each type. */
  readonly most: number;
}

/** What a source gives to an endpoint. */
export interface AddressSourceConfig {
  /** The addresses, all known at deploy time. */
  readonly addresses: PublishedAddress[];

  /**
   * The records of the name, if the source keeps them itself and has no addresses for the endpoint.
   *
   * @default - the endpoint makes the records
   */
  readonly keptRecords?: KeptRecords;

  /**
   * Ports on which the addresses answer, as decimal text; may be a token that resolves at synth.
   *
   * @default - not known, a health check may name any port
   */
  readonly ports?: string[];

  /**
   * The bound on the time for which an address leads to a dead proxy before it is moved to another, or, of a source that keeps the records
   * itself, before no answer holds it any more.
   *
   * @default - addresses stay where they are, and the endpoint's health checks judge them
   */
  readonly failoverBudget?: FailoverBudget;
}

/** Something with addresses that a DNS name can lead to: a fleet or a virtual IP. */
export interface IAddressSource extends IConstruct {
  /** Called once by each endpoint that publishes the addresses. */
  bindAddresses(scope: Construct, options: AddressBindOptions): AddressSourceConfig;
}
