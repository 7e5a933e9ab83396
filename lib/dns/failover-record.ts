import type { Duration } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import type { ProxyHealthCheck } from './proxy-health-check';

/** What a branch is told by its endpoint. */
export interface BranchContext {
  readonly zone: route53.IHostedZone;
  /** The endpoint's name, fully qualified and without a dot at the end. */
  readonly domainName: string;
  readonly ttl: Duration;
  readonly role: route53.Failover;
}

/** What an endpoint learns of a branch. */
export interface BoundBranch {
  /** Addresses that the branch leads to, as far as they are known. */
  readonly ipAddresses: string[];
  /** What decides about the branch; none if AWS judges it by ways of its own. */
  readonly healthCheck?: ProxyHealthCheck;
  /** Types in which the branch can be published. */
  readonly recordTypes: route53.RecordType[];
  /** Writes the records of the branch in those types that the other branch has, too. */
  publish(recordTypes: route53.RecordType[]): void;
}

/** A kind of branch. */
export interface Branch {
  /** Looks at what there is to publish. */
  bind(scope: Construct, context: BranchContext): BoundBranch;
}

/** What is special about the record of one branch. */
export interface FailoverRecordOptions {
  readonly recordType: route53.RecordType;
  readonly target: route53.RecordTarget;
  readonly healthCheck?: route53.IHealthCheck;
}

/** The record with which the endpoint's name leads to a branch. */
export function writeFailoverRecord(
  scope: Construct,
  { zone, domainName, ttl, role }: BranchContext,
  { recordType, target, healthCheck }: FailoverRecordOptions,
): route53.RecordSet {
  return new route53.RecordSet(scope, 'Record', {
    zone,
    recordName: `${domainName}.`,
    recordType,
    failover: role,
    setIdentifier: role.toLowerCase(),
    target,
    // An alias has the TTL of its target.
    ttl: target.aliasTarget ? undefined : ttl,
    healthCheck,
    comment: scope.node.path,
  });
}
