import type { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { ProxyFleet } from '../fleet/proxy-fleet';
import type { ISlot } from '../fleet/slot';
import type { Preemption } from './preemption';

/** What a virtual IP and a pool of them have in common. */
export interface VirtualIpOptions {
  /** The fleet whose proxies take turns in holding the address. It must be of the same stack. */
  readonly fleet: ProxyFleet;

  /**
   * Time between two heartbeats of a proxy: from 10 milliseconds to 40.95 seconds, in whole hundredths of a second. A proxy counts as
   * silent after a little less than four of them. All virtual IPs of a fleet share it; synth warns below 100 milliseconds, where a busy
   * proxy is easily taken for a dead one.
   *
   * Source: RFC 9568, "Advertisement Interval"; an interval of zero is refused (erratum 8301).
   *
   * @default - 200 milliseconds, or what the fleet's virtual IPs before this one say
   */
  readonly heartbeat?: Duration;

  /**
   * Longest outage that clients may suffer when the proxy dies that holds an address. Synth warns when the failover budget exceeds it,
   * and names what to change.
   *
   * @default - the failover budget is compared with nothing
   */
  readonly maxOutage?: Duration;

  /**
   * What happens to a new Elastic IP when it leaves the stack.
   *
   * @default RemovalPolicy.DESTROY
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** Properties of a VirtualIp. */
export interface VirtualIpProps extends VirtualIpOptions {
  /**
   * The slot of the fleet that is preferred whenever the address has to move.
   *
   * @default - the first slot
   */
  readonly home?: ISlot;

  /**
   * Whether the home slot takes the address back.
   *
   * @default Preemption.never()
   */
  readonly preemption?: Preemption;

  /**
   * Allocation of an Elastic IP that exists already. It stays when the stack goes.
   *
   * @default - a new Elastic IP
   */
  readonly allocationId?: string;
}

/** Properties of a VirtualIpPool. */
export interface VirtualIpPoolProps extends VirtualIpOptions {
  /**
   * How many virtual IPs there are, dealt out to the slots in turn. Every interface must be able to carry all of them besides its
   * own address.
   *
   * @default - as many as the fleet has slots, or as there are allocationIds
   */
  readonly size?: number;

  /**
   * Whether the home slots take their addresses back.
   *
   * @default Preemption.after(Duration.minutes(5))
   */
  readonly preemption?: Preemption;

  /**
   * Allocations of Elastic IPs that exist already, one for each virtual IP. They stay when the stack goes.
   *
   * @default - new Elastic IPs
   */
  readonly allocationIds?: string[];
}
