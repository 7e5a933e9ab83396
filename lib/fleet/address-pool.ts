import { Duration, Stack, Token } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { AddressBindOptions, AddressSourceConfig } from '../dns/address-source';
import { MAX_RECORDS } from '../dns/published-records';
import { setIdentifierOf } from '../dns/set-identifier';
import { PoolAlarms } from '../ops/pool-alarms';
import { POOL_ENV, type PoolTopology } from '../private/pool-contract';
import { RuntimeFunction } from '../private/runtime-function';
import { fail, fleetNameOf, requireWhole } from '../private/validate';
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
      timeout: Duration.minutes(1),
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
   * Records wait for the group, whose first proxies are then in service; the health checks do not, so that those of addresses without a
   * proxy fail before a record comes.
   */
  public bind(scope: Construct, { name }: AddressBindOptions, group: autoscaling.IAutoScalingGroup): AddressSourceConfig {
    warnAboveHealthChecks(this.fleet, ++this.names * this.addresses.length);
    if (name) tellPrice(scope, this.addresses.length, name);
    return {
      addresses: this.addresses.map((address, index) => ({
        name: `${this.fleet.node.id}-address-${index + 1}`,
        setIdentifier: setIdentifierOf(this.fleet, `address-${index + 1}`),
        ipAddress: address.ref,
        ready: group,
      })),
    };
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
