import { CustomResource, Duration, Stack, Token } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct, DependencyGroup } from 'constructs';
import type { AddressBindOptions, AddressSourceConfig } from '../dns/address-source';
import { MAX_RECORDS } from '../dns/published-records';
import { setIdentifierOf } from '../dns/set-identifier';
import { PoolAlarms } from '../ops/pool-alarms';
import {
  JUDGED_RESOURCE_TYPE,
  type JudgedProperties,
  LONGEST_JUDGEMENT_SECONDS,
  POOL_ENV,
  type PoolTopology,
} from '../private/pool-contract';
import { RuntimeFunction } from '../private/runtime-function';
import { fail, fleetNameOf, requireWhole } from '../private/validate';
import { judgementSeconds } from './drain-plan';
import { warnAboveQuota } from './elastic-ip-quota';
import { IpAddressType } from './ip-address-type';
import {
  allowLaunches,
  allowQuestions,
  type Publisher,
  type PublisherProps,
  sweep,
  tellPrice,
  warnAboveHealthChecks,
} from './publisher';

/** Assumed bound on the time that CloudFormation takes to make the health checks of a name. */
const MAKING_SECONDS = 30;

export interface AddressPoolProps extends PublisherProps {
  /** Number of addresses; by default as many as instances at most. */
  readonly size?: number;
}

/**
 * The Elastic IPs of an elastic fleet, and the function that gives them to its instances.
 *
 * Everything that the function may change is told by the fleet's tag. It takes an address from nobody, because it can neither take one away nor give one up.
 */
export class AddressPool extends Construct implements Publisher {
  public readonly addresses: ec2.CfnEIP[];
  public readonly function: lambda.Function;
  public readonly alarms: PoolAlarms;
  /** Lets the instances ask for an address. */
  public readonly invocation: iam.Grant;

  private readonly fleet: Construct;
  private names = 0;

  constructor(scope: Construct, id: string, props: AddressPoolProps) {
    super(scope, id);
    const { fleet, tag, removalPolicy } = props;
    this.fleet = fleet;
    const size = sizeOf(props);
    const place = new Construct(this, 'Addresses');
    this.addresses = Array.from({ length: size }, (_, index) => {
      const address = new ec2.CfnEIP(place, String(index + 1), { domain: 'vpc' });
      if (removalPolicy) address.applyRemovalPolicy(removalPolicy);
      return address;
    });
    warnAboveQuota(fleet, 0);
    const topology: PoolTopology = {
      fleet: fleetNameOf(fleet),
      tag,
      allocationIds: this.addresses.map(({ attrAllocationId }) => attrAllocationId),
    };
    this.function = new RuntimeFunction(this, 'Function', {
      handler: 'address-pool',
      description: `Gives the proxies of ${fleet.node.path} their addresses`,
      timeout: Duration.seconds(LONGEST_JUDGEMENT_SECONDS + 60),
      logRetention: props.logRetention,
      environment: { [POOL_ENV]: Stack.of(this).toJsonString(topology) },
    }).function;
    this.function.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: Duration.minutes(1) });
    allowLaunches(this.function, tag, ['ec2:DescribeAddresses']);
    this.allowClaims(tag);
    this.invocation = allowQuestions(this, fleet, this.function);
    sweep(this, this.function, `Looks after the addresses of ${fleet.node.path}`);
    this.alarms = new PoolAlarms(this, 'Alarms', {
      fleetName: topology.fleet,
      function: this.function,
      waiting: 'make the pool larger, or find out why old proxies do not end',
    });
  }

  /**
   * Records wait for the group, whose first proxies are then in service, and, also where a pool grows later, until health checks have found
   * out which addresses have no proxy: a new one counts as healthy.
   */
  public bind(scope: Construct, options: AddressBindOptions, group: autoscaling.IAutoScalingGroup): AddressSourceConfig {
    const { name } = options;
    warnAboveHealthChecks(this.fleet, ++this.names * this.addresses.length);
    if (name) tellPrice(scope, this.addresses.length, name);
    const ready = new DependencyGroup(group, this.judged(scope, options));
    return {
      addresses: this.addresses.map((address, index) => ({
        name: `${this.fleet.node.id}-address-${index + 1}`,
        setIdentifier: setIdentifierOf(this.fleet, `address-${index + 1}`),
        ipAddress: address.ref,
        ready,
      })),
    };
  }

  /** There once the endpoint's health checks, which are made at the same time, have judged every address. */
  private judged(scope: Construct, options: AddressBindOptions): CustomResource {
    const properties: JudgedProperties = {
      AllocationIds: this.addresses.map(({ attrAllocationId }) => attrAllocationId),
      WaitSeconds: String(Math.min(judgementSeconds(options) + MAKING_SECONDS, LONGEST_JUDGEMENT_SECONDS)),
    };
    return new CustomResource(scope, 'Judged', {
      serviceToken: this.function.functionArn,
      serviceTimeout: Duration.seconds(LONGEST_JUDGEMENT_SECONDS + 60),
      resourceType: JUDGED_RESOURCE_TYPE,
      properties: { ...properties },
    });
  }

  private allowClaims(tag: PublisherProps['tag']): void {
    const arn = (resource: string) => Stack.of(this).formatArn({ service: 'ec2', resource, resourceName: '*' });
    iam.Grant.addToPrincipal({
      grantee: this.function,
      actions: ['ec2:AssociateAddress'],
      resourceArns: ['elastic-ip', 'instance', 'network-interface'].map(arn),
      conditions: { StringEquals: { [`aws:ResourceTag/${tag.key}`]: tag.value } },
    });
  }
}

function sizeOf({ fleet, size, mostInstances, ipAddressType, network }: AddressPoolProps): number {
  if (network.isPrivate) {
    fail(
      fleet,
      'vpcSubnets must be public with a pool of Elastic IPs, got private ones: use ElasticAddressing.instanceAddresses()',
    );
  }
  if (ipAddressType === IpAddressType.DUAL_STACK) {
    fail(
      fleet,
      'ipAddressType must be IPV4 with a pool of Elastic IPs, got DUAL_STACK: use ElasticAddressing.instanceAddresses(), ' +
        'or a ProxyFleet, whose slots keep an IPv6 address',
    );
  }
  if (size === undefined) return mostInstances;
  if (Token.isUnresolved(size))
    fail(fleet, 'size of the pool must be known at synth, got a token: every address has resources of its own');
  requireWhole(
    fleet,
    'size of the pool',
    size,
    mostInstances,
    MAX_RECORDS,
    'a new proxy needs an address before an old one goes',
  );
  return size;
}
