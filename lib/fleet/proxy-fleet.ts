import { Duration, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { AddressBindOptions, AddressSourceConfig } from '../dns/address-source';
import { setIdentifierOf } from '../dns/set-identifier';
import { longestDrainSeconds } from '../host/drain-file';
import type { HeartbeatOptions } from '../host/heartbeat-file';
import { oversizedUserData } from '../host/user-data';
import { daysToExpiry } from '../ops/certificate-alarms';
import { fail, fleetNameOf } from '../private/validate';
import { warnAboveQuota } from './elastic-ip-quota';
import { FleetCertificates } from './fleet-certificates';
import { FleetCore } from './fleet-core';
import { ImportedProxyFleet } from './imported-proxy-fleet';
import { addressesPerInterface } from './interface-limits';
import { IpAddressType } from './ip-address-type';
import { subnetsWithoutIpv6 } from './ipv6-subnets';
import type { Listener } from './listener';
import type { ListenerOptions } from './listener-options';
import type { ProxyCertificate } from './proxy-certificate';
import type { IProxyFleet, ProxyFleetAttributes, ProxyFleetProps } from './proxy-fleet-props';
import { allowHeartbeats } from './security-groups';
import type { ISlot } from './slot';
import { SlotResources } from './slot-resources';
import { chooseSubnets } from './slot-subnets';
import { slotUserData } from './slot-user-data';
import { TargetRecords } from './target-records';

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
  public readonly _core: FleetCore;
  /** @internal */
  public readonly _subnets: ec2.ISubnet[];

  private readonly ownSlots: SlotResources[] = [];
  private virtualIps = 0;
  private broughtAlong = 0;
  private heartbeat?: Pick<HeartbeatOptions, 'advertMs' | 'functionName'>;

  constructor(scope: Construct, id: string, props: ProxyFleetProps) {
    super(scope, id);
    this._subnets = chooseSubnets(this, props);
    this._core = new FleetCore(this, props, () => this.ownSlots.map((slot) => slot.autoScalingGroup));
    this.connections = this._core.connections;
    this.grantPrincipal = this._core.role.grantPrincipal;
    this.makeSlots(props);
    this._core.allowGroups();
    this.node.addValidation({
      validate: () => oversizedUserData(Stack.of(this).resolve(this.userData('1', 'GroupLogicalId'.padEnd(64, 'x')))),
    });
    if (this._core.ipAddressType === IpAddressType.DUAL_STACK)
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
    return this._core.addListener(id, options);
  }

  /** Alarms, for actions of yours, for certificates of the listeners that expire within 14 days, or of which nobody has told for a day. */
  public get certificateAlarms(): cloudwatch.Alarm[] {
    return FleetCertificates.find(this)?.alarms.all ?? [];
  }

  /** Alarms, for actions of yours, for targets that are auto scaling groups: their records are not kept, or nobody looks. */
  public get targetAlarms(): cloudwatch.Alarm[] {
    return [...(TargetRecords.find(this)?.alarms ?? [])];
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
    this._core.drain.publish(scope, options, 'own');
    return {
      addresses: this.ownSlots.map((slot) => ({
        name: `${this.node.id}-slot-${slot.slotName}`,
        setIdentifier: setIdentifierOf(this, `slot-${slot.slotName}`),
        ipAddress: slot.ipAddress,
        ipv6Address: slot.ipv6Address,
        ready: slot.autoScalingGroup,
      })),
      ports: this._core.ports,
    };
  }

  /**
   * Makes room for one more virtual IP on every slot.
   *
   * @param allocationId of an address that was brought along
   * @internal
   */
  public _addVirtualIp(virtualIp: Construct, allocationId?: string): void {
    this.virtualIps++;
    const limit = addressesPerInterface(this._core.instanceType);
    if (limit !== undefined && 1 + this.virtualIps > limit) {
      fail(
        virtualIp,
        `an interface of ${this._core.instanceType.toString()} carries ${limit} addresses, got 1 + ${this.virtualIps} virtual IPs: ` +
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
    allowHeartbeats(this._core.healthSecurityGroup);
  }

  private makeSlots(props: ProxyFleetProps): void {
    const scope = new Construct(this, 'Slots');
    const { drain, instanceType, ipAddressType, role, securityGroups } = this._core;
    const template = {
      fleet: this,
      vpc: props.vpc,
      securityGroups,
      ipAddressType,
      instanceType,
      machineImage: props.machineImage,
      instanceProfile: new iam.InstanceProfile(this, 'InstanceProfile', { role }),
      ebsEncryptionKey: props.ebsEncryptionKey,
      removalPolicy: props.removalPolicy,
      virtualIps: () => this.virtualIps,
      userData: (slot: string, groupLogicalId: string) => this.userData(slot, groupLogicalId),
      signalTimeout: Duration.minutes(15),
      drainSeconds: () => longestDrainSeconds(drain.times),
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
    const { ownSlots: slots, virtualIps, heartbeat } = this;
    return slotUserData(
      { core: this._core, slots, virtualIps, heartbeat },
      slots[Number(slot) - 1] as SlotResources,
      groupLogicalId,
    );
  }
}
