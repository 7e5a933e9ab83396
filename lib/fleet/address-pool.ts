import { Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { PoolAlarms } from '../ops/pool-alarms';
import { SWEEP_SECONDS } from '../private/contract';
import { warnUnlessGranted } from '../private/granted';
import { POOL_ENV, type PoolTopology } from '../private/pool-contract';
import { RuntimeFunction } from '../private/runtime-function';
import { fleetNameOf } from '../private/validate';
import type { FleetScope } from './fleet-scope';

export interface AddressPoolProps {
  readonly fleet: FleetScope;
  /** Of everything that belongs to the fleet. */
  readonly tag: { readonly key: string; readonly value: string };
  /** Number of addresses. */
  readonly size: number;
  readonly removalPolicy?: RemovalPolicy;
  readonly logRetention?: logs.RetentionDays;
}

/**
 * The Elastic IPs of an elastic fleet, and the function that gives them to its instances.
 *
 * The function does not know the fleet's group, which waits for it: both are told by the fleet's tag, and so is everything that the
 * function may change. It takes an address from nobody, because it can neither take one away nor give one up.
 */
export class AddressPool extends Construct {
  public readonly addresses: ec2.CfnEIP[];
  public readonly function: lambda.Function;
  public readonly alarms: PoolAlarms;
  /** Lets the instances ask for an address. */
  public readonly invocation: iam.Grant;

  constructor(scope: Construct, id: string, props: AddressPoolProps) {
    super(scope, id);
    const { fleet, tag, size, removalPolicy } = props;
    const place = new Construct(this, 'Addresses');
    this.addresses = Array.from({ length: size }, (_, index) => {
      const address = new ec2.CfnEIP(place, String(index + 1), { domain: 'vpc' });
      if (removalPolicy) address.applyRemovalPolicy(removalPolicy);
      return address;
    });
    const topology: PoolTopology = {
      fleet: fleetNameOf(fleet),
      tag,
      allocationIds: this.addresses.map(({ attrAllocationId }) => attrAllocationId),
    };
    this.function = new RuntimeFunction(this, 'Function', {
      handler: 'address-pool',
      description: `Gives the proxies of ${fleet.node.path} their addresses`,
      timeout: Duration.minutes(1),
      logRetention: props.logRetention,
      environment: { [POOL_ENV]: Stack.of(this).toJsonString(topology) },
    }).function;
    this.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    this.allow(tag);
    this.invocation = this.allowInstances(fleet);
    new events.Rule(this, 'Sweep', {
      description: `Looks after the addresses of ${fleet.node.path}`,
      schedule: events.Schedule.rate(Duration.seconds(SWEEP_SECONDS)),
      targets: [new targets.LambdaFunction(this.function, { retryAttempts: 0, maxEventAge: Duration.minutes(1) })],
    });
    this.alarms = new PoolAlarms(this, 'Alarms', { fleetName: topology.fleet, function: this.function });
  }

  private allow(tag: AddressPoolProps['tag']): void {
    const stack = Stack.of(this);
    const arn = (resource: string) => stack.formatArn({ service: 'ec2', resource, resourceName: '*' });
    const tagged = { StringEquals: { [`aws:ResourceTag/${tag.key}`]: tag.value } };
    iam.Grant.addToPrincipal({
      grantee: this.function,
      actions: ['autoscaling:DescribeAutoScalingGroups', 'autoscaling:DescribeWarmPool', 'ec2:DescribeAddresses'],
      // Describe actions know no resources (service authorization reference).
      resourceArns: ['*'],
    });
    iam.Grant.addToPrincipal({
      grantee: this.function,
      actions: ['ec2:AssociateAddress'],
      resourceArns: ['elastic-ip', 'instance', 'network-interface'].map(arn),
      conditions: tagged,
    });
    iam.Grant.addToPrincipal({
      grantee: this.function,
      actions: ['autoscaling:CompleteLifecycleAction'],
      resourceArns: [
        stack.formatArn({ service: 'autoscaling', resource: 'autoScalingGroup:*:autoScalingGroupName', resourceName: '*' }),
      ],
      conditions: tagged,
    });
  }

  private allowInstances(fleet: FleetScope): iam.Grant {
    const granted = iam.Grant.addToPrincipal({
      grantee: fleet,
      actions: ['lambda:InvokeFunction'],
      resourceArns: [this.function.functionArn],
    });
    warnUnlessGranted(this, granted, {
      id: 'cdk-proxy-fleet:addresses',
      text: `so no proxy gets an address: allow it to lambda:InvokeFunction of ${this.function.functionArn}`,
    });
    return granted;
  }
}
