import { Annotations, Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { AddressBindOptions, AddressName, AddressSourceConfig } from '../dns/address-source';
import { healthCheckPrice } from '../dns/health-check-price';
import type { PoolAlarms } from '../ops/pool-alarms';
import { SWEEP_SECONDS } from '../private/contract';
import { warnUnlessGranted } from '../private/granted';
import type { FleetScope } from './fleet-scope';
import type { IpAddressType } from './ip-address-type';
import type { ObservedNetwork } from './observers';

/** Health checks of an account before anybody asked for more. Source: Route 53 developer guide, "Quotas". */
const HEALTH_CHECK_QUOTA = 200;

/** The fleet that instances are published for. */
export interface PublisherProps {
  readonly fleet: FleetScope;
  /** Of everything that belongs to the fleet. */
  readonly tag: { readonly key: string; readonly value: string };
  /** Most instances at a time: a new one is there before an old one goes. */
  readonly mostInstances: number;
  readonly ipAddressType: IpAddressType;
  readonly network: ObservedNetwork & {
    /** Whether the proxies are reached from inside the network only. */
    readonly isPrivate: boolean;
  };
  readonly spot?: boolean;
  readonly removalPolicy?: RemovalPolicy;
  readonly logRetention?: logs.RetentionDays;
}

/**
 * Brings the instances of an elastic fleet into DNS. Its function answers instances that ask whether they are published.
 *
 * The function does not know the fleet's group, which waits for it: both are told by the fleet's tag.
 */
export interface Publisher extends Construct {
  readonly function: lambda.Function;
  readonly alarms: PoolAlarms;
  /** Lets the instances ask. */
  readonly invocation: iam.Grant;
  /** Publishes a name that leads to the instances of the group. */
  bind(scope: Construct, options: AddressBindOptions, group: autoscaling.IAutoScalingGroup): AddressSourceConfig;
  /** Has the function hear of what happens to the group. */
  follow?(group: autoscaling.IAutoScalingGroup): void;
}

/** Lets a publisher's function look at the fleet's groups and end their wait for new instances. */
export function allowLaunches(grantee: lambda.Function, tag: PublisherProps['tag'], describe: readonly string[]): void {
  iam.Grant.addToPrincipal({
    grantee,
    actions: ['autoscaling:DescribeAutoScalingGroups', 'autoscaling:DescribeWarmPool', ...describe],
    // Describe actions know no resources (service authorization reference).
    resourceArns: ['*'],
  });
  const groups = { service: 'autoscaling', resource: 'autoScalingGroup:*:autoScalingGroupName', resourceName: '*' };
  iam.Grant.addToPrincipal({
    grantee,
    actions: ['autoscaling:CompleteLifecycleAction'],
    resourceArns: [Stack.of(grantee).formatArn(groups)],
    conditions: { StringEquals: { [`aws:ResourceTag/${tag.key}`]: tag.value } },
  });
}

/** Lets the instances ask a publisher's function. */
export function allowQuestions(scope: Construct, fleet: FleetScope, asked: lambda.IFunction): iam.Grant {
  const granted = iam.Grant.addToPrincipal({
    grantee: fleet,
    actions: ['lambda:InvokeFunction'],
    resourceArns: [asked.functionArn],
  });
  warnUnlessGranted(scope, granted, {
    id: 'cdk-proxy-fleet:addresses',
    text: `so no proxy is published: allow it to lambda:InvokeFunction of ${asked.functionArn}`,
  });
  return granted;
}

/** What calls a publisher's function: nothing is tried again, because the next sweep does all that is left. */
export function eventTarget(called: lambda.IFunction): targets.LambdaFunction {
  return new targets.LambdaFunction(called, { retryAttempts: 0, maxEventAge: Duration.minutes(1) });
}

/** Has a publisher's function look every minute. */
export function sweep(scope: Construct, called: lambda.IFunction, description: string): events.Rule {
  return new events.Rule(scope, 'Sweep', {
    description,
    schedule: events.Schedule.rate(Duration.seconds(SWEEP_SECONDS)),
    targets: [eventTarget(called)],
  });
}

/** Tells what the health checks of a name cost. */
export function tellPrice(endpoint: Construct, checks: number, { healthCheck }: AddressName): void {
  if (healthCheck._interval.isUnresolved()) return;
  Annotations.of(endpoint).addInfo(healthCheckPrice(checks, healthCheck._settings));
}

/** Warns as soon as a fleet alone needs more health checks than an account has unasked. */
export function warnAboveHealthChecks(fleet: Construct, checks: number): void {
  if (checks <= HEALTH_CHECK_QUOTA) return;
  Annotations.of(fleet).addWarningV2(
    'cdk-proxy-fleet:healthCheckQuota',
    `the fleet needs ${checks} health checks, and an account has ${HEALTH_CHECK_QUOTA}: raise the quota 'Route 53 Health checks' before the deploy`,
  );
}
