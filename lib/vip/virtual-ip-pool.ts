import { Duration, Token } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { AddressBindOptions, AddressSourceConfig, IAddressSource } from '../dns/address-source';
import type { FailoverBudget } from '../dns/failover-budget';
import type { ISlot } from '../fleet/slot';
import { fail, requireWhole } from '../private/validate';
import { Preemption } from './preemption';
import { VirtualIp } from './virtual-ip';
import type { VirtualIpPoolProps } from './virtual-ip-props';

/** More than any interface carries. */
const MAX_SIZE = 49;

/**
 * Both ways at once: several virtual IPs, each with a home slot, and every one always on a healthy slot.
 *
 * When a proxy dies, a survivor adopts its address within seconds, so that even a client that holds only that address is served.
 * Publish the pool with a `MultivalueEndpoint`: if the control plane of EC2 cannot move an address at that moment, Route 53 still
 * leaves it out of the answers. A slot that is back takes its address back by the policy of `preemption`.
 *
 * @example
 * declare const fleet: ProxyFleet;
 * declare const zone: route53.IHostedZone;
 * const vips = new VirtualIpPool(this, 'Vips', { fleet });
 * new MultivalueEndpoint(this, 'App', { zone, recordName: 'app', addresses: vips });
 */
export class VirtualIpPool extends Construct implements IAddressSource {
  /** The virtual IPs: number n has the nth slot for its home, and after the last slot the first one again. */
  public readonly virtualIps: VirtualIp[];

  constructor(scope: Construct, id: string, props: VirtualIpPoolProps) {
    super(scope, id);
    const { fleet, allocationIds, heartbeat, removalPolicy, maxOutage } = props;
    if (Token.isUnresolved(allocationIds) || Token.isUnresolved(props.size)) {
      fail(
        this,
        'size and number of allocationIds must be known at synth, got a token: every virtual IP has resources of its own',
      );
    }
    const size = props.size ?? allocationIds?.length ?? fleet.slots.length;
    requireWhole(this, 'size of a pool', size, 1, MAX_SIZE, 'leave it out for one virtual IP a slot');
    if (allocationIds && allocationIds.length !== size) {
      fail(
        this,
        `allocationIds must hold one allocation for each of ${size} virtual IPs, got ${allocationIds.length}: add or remove some`,
      );
    }
    const preemption = props.preemption ?? Preemption.after(Duration.minutes(5));
    this.virtualIps = Array.from({ length: size }, (_, index) => {
      const home = fleet.slots[index % fleet.slots.length] as ISlot;
      const allocationId = allocationIds?.[index];
      return new VirtualIp(this, String(index + 1), { fleet, home, preemption, heartbeat, removalPolicy, allocationId });
    });
    this.failoverBudget._warnAbove(this, maxOutage);
  }

  /** The public IPv4 addresses, in the order of the virtual IPs. */
  public get ipAddresses(): string[] {
    return this.virtualIps.map(({ ipAddress }) => ipAddress);
  }

  /** The bound on the outage of a client that knows one address of the pool, when its holder dies. */
  public get failoverBudget(): FailoverBudget {
    return this.first.failoverBudget;
  }

  /** Alarms of the fleet's takeover, for actions of yours; see `VirtualIp.alarms`. */
  public get alarms(): cloudwatch.Alarm[] {
    return this.first.alarms;
  }

  /** Gives an endpoint all addresses. The record of each waits until a proxy holds it, and goes before the address is let go. */
  public bindAddresses(scope: Construct, options: AddressBindOptions): AddressSourceConfig {
    const bound = this.virtualIps.map((virtualIp) => virtualIp.bindAddresses(scope, options));
    return {
      addresses: bound.flatMap(({ addresses }) => addresses),
      ports: bound[0]?.ports,
      failoverBudget: this.failoverBudget,
    };
  }

  private get first(): VirtualIp {
    return this.virtualIps[0] as VirtualIp;
  }
}
