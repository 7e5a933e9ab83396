import { Duration, Lazy, Names, Stack, Tags } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { AddressBindOptions, AddressSourceConfig } from '../dns/address-source';
import { setIdentifierOf } from '../dns/set-identifier';
import { ProxyEngine } from '../engine/proxy-engine';
import { longestDrainSeconds } from '../host/drain-file';
import type { HeartbeatOptions } from '../host/heartbeat-file';
import { uploadPrograms } from '../host/program-asset';
import { oversizedUserData } from '../host/user-data';
import { daysToExpiry } from '../ops/certificate-alarms';
import { HEALTH_PORT } from '../private/contract';
import { fail, fleetNameOf, requireWhole } from '../private/validate';
import { requireCommands } from './boot-commands';
import { grantDrain } from './drain-permissions';
import { DrainPlan } from './drain-plan';
import { warnAboveQuota } from './elastic-ip-quota';
import { FleetCertificates } from './fleet-certificates';
import { ImportedProxyFleet } from './imported-proxy-fleet';
import { addressesPerInterface } from './interface-limits';
import { IpAddressType } from './ip-address-type';
import { subnetsWithoutIpv6 } from './ipv6-subnets';
import { Listener } from './listener';
import type { ListenerOptions } from './listener-options';
import type { ProxyCertificate } from './proxy-certificate';
import type { IProxyFleet, ProxyFleetAttributes, ProxyFleetProps } from './proxy-fleet-props';
import { newestImage } from './proxy-image';
import { allowReport, makeProxyRole } from './proxy-role';
import {
  allowHeartbeats,
  makeHealthSecurityGroup,
  makeTrafficSecurityGroup,
  openListener,
  warnWhenTracked,
} from './security-groups';
import type { ISlot } from './slot';
import { SlotResources } from './slot-resources';
import { chooseSubnets } from './slot-subnets';
import { slotUserData } from './slot-user-data';

/**
 * A fixed fleet of proxies on EC2 that survives the loss of any one of them.
 *
 * Each proxy fills a slot: a zone, an interface, an Elastic IP and an auto scaling group of one that refills it. Addresses, and with
 * them all DNS records, stay when an instance is replaced. A change reaches one slot at a time and waits until its proxy is live.
 *
 * Gotchas: a slot is empty while its instance is replaced, so size the fleet for one proxy less. A new default image rolls the fleet
 * on the next deploy; `machineImage` pins it. Launch failures "interface in use" are expected until an old instance is gone.
 *
 * @example
 * declare const vpc: ec2.IVpc;
 * const fleet = new ProxyFleet(this, 'Edge', { vpc });
 * fleet.addListener('Http', { port: 80 })
 *   .addTargets('App', { targets: ProxyTargets.dnsName('app.internal.example.com'), port: 8080 });
 */
export class ProxyFleet extends Construct implements IProxyFleet, ec2.IConnectable, iam.IGrantable {
  /** A fleet that exists elsewhere, as a source of addresses only. */
  public static fromProxyFleetAttributes(scope: Construct, id: string, attrs: ProxyFleetAttributes): IProxyFleet {
    return new ImportedProxyFleet(scope, id, attrs);
  }

  /** Who may connect to the listeners. */
  public readonly connections: ec2.Connections;

  /** The instances' role. */
  public readonly grantPrincipal: iam.IPrincipal;

  /** @internal */
  public readonly _drain: DrainPlan;
  /** @internal */
  public readonly _healthSecurityGroup: ec2.SecurityGroup;
  /** @internal */
  public readonly _logRetention?: logs.RetentionDays;
  /** @internal */
  public readonly _vpc: ec2.IVpc;
  /** @internal */
  public readonly _subnets: ec2.ISubnet[];
  /** @internal */
  public readonly _tag: { readonly key: string; readonly value: string };

  private readonly programs: string;
  private readonly bootCommands?: string[];
  private readonly engine: ProxyEngine;
  private readonly ipAddressType: IpAddressType;
  private readonly instanceType: ec2.InstanceType;
  private readonly ownSlots: SlotResources[] = [];
  private readonly listeners: Listener[] = [];
  private virtualIps = 0;
  private broughtAlong = 0;
  private heartbeat?: Pick<HeartbeatOptions, 'advertMs' | 'functionName'>;

  constructor(scope: Construct, id: string, props: ProxyFleetProps) {
    super(scope, id);
    this.engine = props.engine ?? ProxyEngine.haproxy();
    this.engine._validate(this);
    requireCommands(this, props.bootCommands);
    this.bootCommands = props.bootCommands;
    this.ipAddressType = props.ipAddressType ?? IpAddressType.IPV4;
    this.instanceType = props.instanceType ?? ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.SMALL);
    this._drain = new DrainPlan(this, props.drainTime);
    this._vpc = props.vpc;
    this._logRetention = props.logRetention;
    this._subnets = chooseSubnets(this, props);

    if (props.securityGroups?.length === 0)
      fail(this, 'securityGroups must hold at least 1 group, got 0: leave it out for a new one');
    const traffic = props.securityGroups ?? [makeTrafficSecurityGroup(this, props.vpc, this.ipAddressType)];
    warnWhenTracked(this, traffic, this.ipAddressType);
    this.connections = new ec2.Connections({ securityGroups: traffic });
    this._healthSecurityGroup = makeHealthSecurityGroup(this, props, this.ipAddressType);
    const role = props.role ?? makeProxyRole(this);
    this.grantPrincipal = role.grantPrincipal;
    this.programs = uploadPrograms(this, role);

    this._tag = {
      key: 'proxy-fleet',
      value: `${Stack.of(this).stackName}/${Names.uniqueResourceName(this, { maxLength: 120 })}`,
    };
    this.makeSlots(props, role, [...traffic, this._healthSecurityGroup]);
    for (const grant of grantDrain(this, role, this._tag)) {
      // While a stack is deleted, too, its instances wait for the end of their drain.
      grant.applyBefore(...this.ownSlots.map((slot) => slot.autoScalingGroup));
    }
    Tags.of(this).add(this._tag.key, this._tag.value);
    allowReport(this, role, this._tag);
    this.node.addValidation({
      validate: () => (this.listeners.length > 0 ? [] : ['a fleet needs a listener, got none: call addListener()']),
    });
    this.node.addValidation({
      validate: () => this.engine._faults(this.listeners.map((listener) => listener._config())),
    });
    this.node.addValidation({
      validate: () => oversizedUserData(Stack.of(this).resolve(this.userData('1', 'GroupLogicalId'.padEnd(64, 'x')))),
    });
    if (this.ipAddressType === IpAddressType.DUAL_STACK)
      this.node.addValidation({ validate: () => subnetsWithoutIpv6(this._subnets) });
  }

  /** The slots, in the order in which changes reach them. */
  public get slots(): ISlot[] {
    return [...this.ownSlots];
  }

  /**
   * Makes every proxy accept a port.
   *
   * @throws when the port is taken, reserved or no port
   */
  public addListener(id: string, options: ListenerOptions): Listener {
    requireWhole(this, 'port of a listener', options.port, 1, 65535, 'give the port that clients connect to');
    if (options.port === HEALTH_PORT) fail(this, `port of a listener must not be the health port ${HEALTH_PORT}: choose another`);
    const taken = this.listeners.find((listener) => listener.port === options.port);
    if (taken)
      fail(this, `port of a listener must be unique, got ${options.port} for '${taken.node.id}' and '${id}': choose another`);
    const listener = Listener._make(this, id, options);
    this.listeners.push(listener);
    FleetCertificates.add(this, options.certificates ?? []);
    openListener(listener, { connections: this.connections, ipAddressType: this.ipAddressType, open: options.open });
    return listener;
  }

  /** Alarms, for actions of yours, for certificates of the listeners that expire within 14 days, or of which nobody has told for a day. */
  public get certificateAlarms(): cloudwatch.Alarm[] {
    return FleetCertificates.find(this)?.alarms.all ?? [];
  }

  /** Days until a certificate of a listener expires. By default of the proxy where it expires first, once a day. */
  public metricCertificateDaysToExpiry(certificate: ProxyCertificate, options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return daysToExpiry(fleetNameOf(this), certificate._name, options);
  }

  /**
   * Gives an endpoint the slots' own Elastic IPs and IPv6 addresses. Their records wait for the slots' groups, so on delete a record
   * goes before its instance, and an instance takes longer to end than a TTL of a minute lasts; only then does the address go. An
   * endpoint in another stack must lose its records in a deploy before the one that takes slots away.
   */
  public bindAddresses(scope: Construct, options: AddressBindOptions): AddressSourceConfig {
    this._drain.publish(scope, options, 'own');
    return {
      addresses: this.ownSlots.map((slot) => ({
        name: `${this.node.id}-slot-${slot.slotName}`,
        setIdentifier: setIdentifierOf(this, slot.slotName),
        ipAddress: slot.ipAddress,
        ipv6Address: slot.ipv6Address,
        ready: slot.autoScalingGroup,
      })),
      ports: this._ports,
    };
  }

  /**
   * Ports on which the proxies answer, known at the end of synth.
   *
   * @internal
   */
  public get _ports(): string[] {
    return Lazy.list({ produce: () => [HEALTH_PORT, ...this.listeners.map((listener) => listener.port)].map(String) });
  }

  /**
   * Makes room for one more virtual IP on every slot.
   *
   * @param allocationId of an address that was brought along
   * @internal
   */
  public _addVirtualIp(virtualIp: Construct, allocationId?: string): void {
    this.virtualIps++;
    const limit = addressesPerInterface(this.instanceType);
    if (limit !== undefined && 1 + this.virtualIps > limit) {
      fail(
        virtualIp,
        `an interface of ${this.instanceType.toString()} carries ${limit} addresses, got 1 + ${this.virtualIps} virtual IPs: ` +
          'choose a larger instanceType',
      );
    }
    if (allocationId !== undefined) this.broughtAlong++;
    warnAboveQuota(this, this.broughtAlong);
  }

  /**
   * Makes the proxies send heartbeats, and hints to the takeover function when one falls silent.
   *
   * @internal
   */
  public _sendHeartbeats(heartbeat: Pick<HeartbeatOptions, 'advertMs' | 'functionName'>): void {
    this.heartbeat = heartbeat;
    allowHeartbeats(this._healthSecurityGroup);
  }

  private makeSlots(props: ProxyFleetProps, role: iam.IRole, securityGroups: ec2.ISecurityGroup[]): void {
    const scope = new Construct(this, 'Slots');
    const template = {
      fleet: this,
      vpc: props.vpc,
      securityGroups,
      ipAddressType: this.ipAddressType,
      instanceType: this.instanceType,
      machineImage: props.machineImage ?? newestImage(this.instanceType),
      instanceProfile: new iam.InstanceProfile(this, 'InstanceProfile', { role }),
      ebsEncryptionKey: props.ebsEncryptionKey,
      removalPolicy: props.removalPolicy,
      virtualIps: () => this.virtualIps,
      userData: (slot: string, groupLogicalId: string) => this.userData(slot, groupLogicalId),
      signalTimeout: Duration.minutes(15),
      drainSeconds: () => longestDrainSeconds(this._drain.times),
    };
    this.ownSlots.push(...this._subnets.map((subnet, index) => new SlotResources(scope, String(index + 1), subnet, template)));
    this.ownSlots.forEach((slot, index) => {
      slot.changeAfter(
        this.ownSlots.map((other) => other.networkInterface),
        this.ownSlots[index - 1],
      );
    });
    warnAboveQuota(this, this.broughtAlong);
  }

  private userData(slot: string, groupLogicalId: string): string {
    const { _vpc, ownSlots, listeners, engine, ipAddressType, virtualIps, programs, bootCommands, heartbeat } = this;
    return slotUserData(
      {
        scope: this,
        vpc: _vpc,
        slots: ownSlots,
        listeners,
        engine,
        ipAddressType,
        virtualIps,
        programs,
        bootCommands,
        drain: this._drain.times,
        heartbeat,
        certificates: FleetCertificates.find(this)?.options,
      },
      ownSlots[Number(slot) - 1] as SlotResources,
      groupLogicalId,
    );
  }
}
