import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { AddressBindOptions, AddressSourceConfig } from '../dns/address-source';
import { oversizedUserData } from '../host/user-data';
import { daysToExpiry } from '../ops/certificate-alarms';
import { fleetMetric } from '../ops/fleet-metric';
import { METRICS } from '../private/contract';
import { POOL_METRICS } from '../private/pool-contract';
import { fail, fleetNameOf, requireWhole } from '../private/validate';
import { ElasticAddressing } from './elastic-addressing';
import { ElasticGroup, MAX_HEALTHY_PERCENT } from './elastic-group';
import type { ElasticProxyFleetProps } from './elastic-proxy-fleet-props';
import { FleetCertificates } from './fleet-certificates';
import { FleetCore } from './fleet-core';
import { fleetUserData } from './fleet-user-data';
import { IpAddressType } from './ip-address-type';
import { subnetsWithoutIpv6 } from './ipv6-subnets';
import type { Listener } from './listener';
import type { ListenerOptions } from './listener-options';
import type { ProxyCertificate } from './proxy-certificate';
import type { IProxyFleet } from './proxy-fleet-props';
import type { Publisher } from './publisher';
import { fleetSubnets } from './slot-subnets';
import { TargetRecords } from './target-records';

/** Route 53 answers with so many addresses at most. Source: Route 53 developer guide, "Multivalue answer routing". */
const MOST_ANSWERS = 8;

/** Most proxies for which a pool of addresses with a tenth to spare fits into the records of one name. */
const MAX_CAPACITY = 90;

/**
 * A fleet of proxies whose number follows the load: one auto scaling group across zones. Add scaling policies, schedules or a warm pool to
 * its `autoScalingGroup`.
 *
 * By default all addresses, with their records and health checks, are there from the deploy on, and a new instance serves once it has taken a
 * free one; `addressing` lets records follow the instances instead. One that is to go fails its health check, serves until no client comes any more, and stops. Whatever replaces an instance, a new one is
 * in service before the old one goes.
 *
 * Gotchas of a pool: an address without a proxy fails its health check, so Route 53 leaves it out, but when no proxy at all is healthy Route 53
 * answers with every address, those without a proxy too. A fleet that waits for addresses is shown by `metricInstancesWithoutAddress()`
 * and an alarm.
 *
 * @example
 * declare const vpc: ec2.IVpc;
 * const fleet = new ElasticProxyFleet(this, 'Elastic', { vpc, minCapacity: 2, maxCapacity: 6 });
 * fleet.addListener('Http', { port: 80 })
 *   .addTargets('App', { targets: ProxyTargets.dnsName('app.internal.example.com'), port: 8080 });
 * fleet.autoScalingGroup.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 50 });
 */
export class ElasticProxyFleet extends Construct implements IProxyFleet, ec2.IConnectable, iam.IGrantable {
  /** Who may connect to the listeners. */
  public readonly connections: ec2.Connections;

  /** The instances' role. */
  public readonly grantPrincipal: iam.IPrincipal;

  /** The group of the proxies, for scaling policies, schedules, notifications and a warm pool. */
  public readonly autoScalingGroup: autoscaling.AutoScalingGroup;

  /** What the instances are made of. */
  public readonly launchTemplate: ec2.LaunchTemplate;

  private readonly core: FleetCore;
  private readonly publisher: Publisher;

  constructor(scope: Construct, id: string, props: ElasticProxyFleetProps) {
    super(scope, id);
    this.validateCapacity(props);
    const { subnets, isPrivate } = fleetSubnets(this, props);
    // Nobody outside asks private proxies; the fleet's own observers are let in where they are made.
    const { healthCheckPeers = isPrivate ? [] : undefined } = props;
    this.core = new FleetCore(this, { ...props, healthCheckPeers }, () => [this.autoScalingGroup]);
    const { drain, healthSecurityGroup, instanceType, ipAddressType, role, securityGroups, tag } = this.core;
    this.connections = this.core.connections;
    this.grantPrincipal = role.grantPrincipal;
    const { addressing = ElasticAddressing.elasticIpPool() } = props;
    this.publisher = addressing._publisher(this, {
      fleet: this,
      tag,
      mostInstances: mostInstancesOf(props),
      ipAddressType,
      network: { vpc: props.vpc, subnets, healthSecurityGroup, isPrivate },
      spot: props.spot,
      removalPolicy: props.removalPolicy,
      logRetention: props.logRetention,
    });
    const group = new ElasticGroup(this, 'Proxies', {
      vpc: props.vpc,
      subnets,
      securityGroups,
      instanceType,
      machineImage: props.machineImage,
      instanceProfile: new iam.InstanceProfile(this, 'InstanceProfile', { role }),
      ebsEncryptionKey: props.ebsEncryptionKey,
      minCapacity: props.minCapacity,
      maxCapacity: props.maxCapacity,
      maxInstanceLifetime: props.maxInstanceLifetime,
      spot: props.spot,
      ipAddressType,
      isPrivate,
      userData: (groupLogicalId) => this.userData(groupLogicalId),
      drainTimes: () => drain.times,
    });
    this.autoScalingGroup = group.autoScalingGroup;
    this.launchTemplate = group.launchTemplate;
    // Instances ask as soon as they are live, and are gone before what publishes them goes.
    this.autoScalingGroup.node.addDependency(this.publisher);
    this.publisher.invocation.applyBefore(this.autoScalingGroup);
    this.publisher.follow?.(this.autoScalingGroup);
    this.core.allowGroups();
    if (props.spot) {
      Annotations.of(this).addWarningV2(
        'cdk-proxy-fleet:spot',
        'EC2 takes a Spot instance back two minutes after it has said so, whatever its clients do: leave out spot where no request may be lost',
      );
    }
    if (ipAddressType === IpAddressType.DUAL_STACK) this.node.addValidation({ validate: () => subnetsWithoutIpv6(subnets) });
    this.node.addValidation({
      validate: () => oversizedUserData(Stack.of(this).resolve(this.userData('GroupLogicalId'.padEnd(64, 'x')))),
    });
  }

  /**
   * Makes every proxy accept a port.
   *
   * @throws when the port is taken, reserved or no port
   */
  public addListener(id: string, options: ListenerOptions): Listener {
    return this.core.addListener(id, options);
  }

  /** Alarms, for actions of yours, for certificates of the listeners that expire within 14 days, or of which nobody has told for a day. */
  public get certificateAlarms(): cloudwatch.Alarm[] {
    return FleetCertificates.find(this)?.alarms.all ?? [];
  }

  /** Alarms, for actions of yours, for proxies that wait for an address, and for a function that fails or is not called. */
  public get addressAlarms(): cloudwatch.Alarm[] {
    return [...this.publisher.alarms.all];
  }

  /** Alarms, for actions of yours, for targets that are auto scaling groups: their records are not kept, or nobody looks. */
  public get targetAlarms(): cloudwatch.Alarm[] {
    return [...(TargetRecords.find(this)?.alarms ?? [])];
  }

  /** Days until a certificate of a listener expires. By default of the proxy where it expires first, once a day. */
  public metricCertificateDaysToExpiry(certificate: ProxyCertificate, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return daysToExpiry(fleetNameOf(this), certificate._name, options);
  }

  /** Addresses of the pool that no proxy has; nothing without a pool. By default the fewest in 5 minutes. */
  public metricFreeAddresses(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return fleetMetric(fleetNameOf(this), POOL_METRICS.free, { statistic: 'Minimum', ...options });
  }

  /**
   * Proxies that should have an address of the pool, or records, and have none: all in service, or 1 while any that is launched waits. By default the most in 5
   * minutes.
   */
  public metricInstancesWithoutAddress(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return fleetMetric(fleetNameOf(this), POOL_METRICS.waiting, { statistic: 'Maximum', ...options });
  }

  /**
   * Established connections of a proxy, those with clients and those with targets together. By default the mean of all proxies in 5 minutes,
   * which a scaling policy can hold: `fleet.autoScalingGroup.scaleToTrackMetric('Connections', { metric, targetValue: 20_000 })`.
   *
   * @throws without `cloudWatchAgent`, which counts them
   */
  public metricConnections(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    if (!this.core.cloudWatchAgent)
      fail(this, "connections are counted by CloudWatch's agent, got a fleet without: set cloudWatchAgent");
    return fleetMetric(fleetNameOf(this), METRICS.connections, { statistic: 'Average', ...options });
  }

  /** Has an endpoint's name lead to the proxies. */
  public bindAddresses(scope: Construct, options: AddressBindOptions): AddressSourceConfig {
    const source = this.publisher.bind(scope, options, this.autoScalingGroup);
    this.core.drain.publish(scope, { ...options, withdrawal: source.failoverBudget?.total ?? options.withdrawal }, 'own');
    return { ...source, ports: this.core.ports };
  }

  private userData(group: string): string {
    const isDualStack = this.core.ipAddressType === IpAddressType.DUAL_STACK;
    const environment = {
      ADDRESS_LISTS: isDualStack ? 'local-ipv4s ipv6s' : 'local-ipv4s',
      ADDRESSES: isDualStack ? '2' : '1',
      PUBLISH_FUNCTION: this.publisher.function.functionName,
    };
    return fleetUserData(this.core, { group, environment });
  }

  private validateCapacity({ minCapacity, maxCapacity }: ElasticProxyFleetProps): void {
    for (const [name, value] of Object.entries({ minCapacity, maxCapacity })) {
      if (Token.isUnresolved(value)) fail(this, `${name} must be known at synth, got a token: what names lead to depends on it`);
    }
    requireWhole(this, 'minCapacity', minCapacity, 2, MAX_CAPACITY, 'a single proxy would be a single point of failure');
    requireWhole(this, 'maxCapacity', maxCapacity, minCapacity, MAX_CAPACITY, 'spread a larger fleet over several names');
    if (maxCapacity > MOST_ANSWERS) {
      Annotations.of(this).addInfo(
        `Route 53 answers with ${MOST_ANSWERS} of up to ${maxCapacity} healthy proxies, chosen at random anew for each answer`,
      );
    }
  }
}

/** While instances are replaced, a new one is there before an old one goes. */
function mostInstancesOf({ maxCapacity }: ElasticProxyFleetProps): number {
  return Math.max(maxCapacity + 1, Math.ceil((maxCapacity * MAX_HEALTHY_PERCENT) / 100));
}
