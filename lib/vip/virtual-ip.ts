import { type CustomResource, type Duration, Stack, Tags, Token } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { AddressBindOptions, AddressSourceConfig, IAddressSource } from '../dns/address-source';
import { FailoverBudget } from '../dns/failover-budget';
import { setIdentifierOf } from '../dns/set-identifier';
import type { ProxyFleet } from '../fleet/proxy-fleet';
import { fleetMetric } from '../ops/fleet-metric';
import { METRICS } from '../private/contract';
import { MAX_RELEASE_DELAY_SECONDS } from '../private/takeover-contract';
import { fail, pathInStack } from '../private/validate';
import { findRivalAssociations } from './rival-associations';
import { Takeover } from './takeover';
import type { VirtualIpProps } from './virtual-ip-props';

/** The longest wait for a home slot that makes sense; what is longer is a mistake of units. */
const MAX_PREEMPTION_SECONDS = 86_400;

/**
 * One address, many machines: an Elastic IP that the takeover function keeps on a healthy slot. Elastic IPs are IPv4; of a dual-stack
 * fleet, publish the slots themselves for clients of IPv6.
 *
 * The proxies exchange heartbeats over VRRP; when one falls silent or sick, another hints at it within a second. The takeover function,
 * outside the VPC, then looks at the slots through one probe function for each zone and moves the address with a single call. It looks
 * on its own every minute, too, and whenever a slot's group launches or ends an instance. What was decided stands in a DynamoDB table
 * before it is done, so that one run acts at a time. The address sits on a secondary private address: every proxy keeps its own way out.
 *
 * Gotchas: adding or removing a virtual IP replaces the instances of the fleet, slot by slot, because the host must own every address
 * that may carry one. Established connections break on a move. A takeover needs the control planes of EC2, Lambda and DynamoDB in the
 * Region at that moment: publish the address with a `MultivalueEndpoint`, too, if an outage of theirs must not become yours.
 *
 * @example
 * declare const fleet: ProxyFleet;
 * const vip = new VirtualIp(this, 'Vip', { fleet, home: fleet.slots[1], preemption: Preemption.after(Duration.minutes(5)) });
 * new CfnOutput(this, 'Address', { value: vip.ipAddress });
 */
export class VirtualIp extends Construct implements IAddressSource {
  /** The public IPv4 address. */
  public readonly ipAddress: string;

  /** Allocation of the Elastic IP. */
  public readonly allocationId: string;

  /** The bound on a client's outage when the holder dies; an output of the stack tells it, too. */
  public readonly failoverBudget: FailoverBudget;

  /** @internal */
  public readonly _home: string;
  /** @internal */
  public readonly _preemptAfter?: Duration;
  private readonly fleet: ProxyFleet;
  private readonly takeover: Takeover;
  private readonly holder: CustomResource;
  private readonly ttls: number[] = [];

  constructor(scope: Construct, id: string, props: VirtualIpProps) {
    super(scope, id);
    if (Stack.of(this) !== Stack.of(props.fleet)) {
      fail(this, `fleet must be of the same stack, got '${props.fleet.node.path}': make the virtual IP in the fleet's stack`);
    }
    this.validateAddress(props);
    this.fleet = props.fleet;
    this._home = this.homeOf(props);
    this._preemptAfter = this.delayOf(props);
    const elasticIp = props.allocationId === undefined ? this.allocate(props) : undefined;
    props.fleet._addVirtualIp(this, props.allocationId);
    this.allocationId = props.allocationId ?? (elasticIp as ec2.CfnEIP).attrAllocationId;
    this.takeover = Takeover.of(props.fleet);
    this.holder = this.takeover.keep(this, () => Math.max(0, ...this.ttls));
    this.ipAddress = elasticIp?.ref ?? this.holder.getAttString('IpAddress');
    this.failoverBudget = FailoverBudget._forVirtualIp(this.takeover.beatEvery(this, props.heartbeat));
    this.failoverBudget._publish(this, 'Longest outage of a client that uses the virtual IP');
    this.failoverBudget._warnAbove(this, props.maxOutage);
    this.node.addValidation({ validate: () => findRivalAssociations(this) });
  }

  /**
   * Alarms of the fleet's takeover, for actions of yours: no live slot, moves above the cap, an address on no slot, one that cannot
   * move, errors and throttles of the function, silence of the sweep. All virtual IPs of a fleet share them.
   */
  public get alarms(): cloudwatch.Alarm[] {
    return this.takeover.alarms.all;
  }

  /** Moves of all virtual IPs of the fleet. By default their sum. */
  public metricMoves(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return fleetMetric(this.takeover.fleetName, METRICS.moves, { statistic: 'Sum', ...options });
  }

  /** Milliseconds from the start of a run to EC2 showing its moves. By default their maximum. */
  public metricMoveTime(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return fleetMetric(this.takeover.fleetName, METRICS.took, { statistic: 'Maximum', ...options });
  }

  /** Slots of the fleet that were live at a look. By default their minimum. */
  public metricLiveSlots(options?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return fleetMetric(this.takeover.fleetName, METRICS.liveSlots, { statistic: 'Minimum', ...options });
  }

  /** Gives an endpoint the address. Its record waits until a proxy holds it, and goes before the address is let go. */
  public bindAddresses(scope: Construct, options: AddressBindOptions): AddressSourceConfig {
    // Of a TTL that only a deploy knows, the longest that a delete can wait for.
    const ttl = options.ttl.isUnresolved() ? MAX_RELEASE_DELAY_SECONDS : options.ttl.toSeconds();
    if (ttl > MAX_RELEASE_DELAY_SECONDS) {
      fail(
        scope,
        `ttl of a virtual IP's record must be at most ${MAX_RELEASE_DELAY_SECONDS} s, for which a delete can wait, got ${ttl}: use Duration.seconds(60)`,
      );
    }
    this.ttls.push(ttl);
    this.fleet._core.drain.publish(scope, options, 'virtualIps');
    return {
      addresses: [
        {
          name: `${this.fleet.node.id}-${pathInStack(this).replaceAll('/', '-')}`,
          setIdentifier: setIdentifierOf(this),
          ipAddress: this.ipAddress,
          ready: this.holder,
        },
      ],
      ports: this.fleet._core.ports,
      failoverBudget: this.failoverBudget,
    };
  }

  private validateAddress({ allocationId, removalPolicy }: VirtualIpProps): void {
    if (allocationId === undefined) return;
    if (!Token.isUnresolved(allocationId) && !/^eipalloc-[0-9a-f]+$/.test(allocationId)) {
      fail(this, `allocationId must look like 'eipalloc-0123456789abcdef0', got '${allocationId}': copy it from the EC2 console`);
    }
    if (removalPolicy !== undefined)
      fail(this, 'removalPolicy is for a new Elastic IP, got one beside allocationId: remove either');
  }

  private homeOf({ fleet, home }: VirtualIpProps): string {
    const slots = fleet.slots;
    const slot = home ?? slots[0];
    if (slot === undefined || !slots.includes(slot)) {
      fail(this, `home must be a slot of '${fleet.node.path}', got '${slot?.node.path}': use one of fleet.slots`);
    }
    return slot.slotName;
  }

  private delayOf({ preemption }: VirtualIpProps): Duration | undefined {
    const delay = preemption?._delay;
    if (delay?.isUnresolved()) fail(this, 'delay of a preemption must be known at synth, got a token: use Duration.minutes(5)');
    if (delay && delay.toSeconds({ integral: false }) > MAX_PREEMPTION_SECONDS) {
      fail(this, `delay of a preemption must be at most a day, got ${delay.toHumanString()}: use Preemption.never()`);
    }
    return delay;
  }

  private allocate(props: VirtualIpProps): ec2.CfnEIP {
    const elasticIp = new ec2.CfnEIP(this, 'Address', { domain: 'vpc' });
    if (props.removalPolicy) elasticIp.applyRemovalPolicy(props.removalPolicy);
    Tags.of(elasticIp).add('Name', this.node.path);
    return elasticIp;
  }
}
