/**
 * What the constructs and the functions of virtual IPs agree on. Like the contract, every side imports it, and it imports nothing.
 */

/**
 * How the probe function looks at one address: so many attempts, one every so often, each with a timeout of its own. An address
 * counts as dead only when every attempt failed, which is known after (attempts - 1) x everyMs + timeoutMs: no sooner than a proxy's own
 * watchdog gives it up, because one that all clients have just moved to is slow for a moment.
 */
export const PROBE = { timeoutMs: 300, attempts: 3, everyMs: 150 } as const;

/** The same where nothing hurries, and a proxy under load must not be taken for a dead one. */
export const PATIENT_PROBE = { timeoutMs: 2000, attempts: 3, everyMs: 1000 } as const;

/** Bound in seconds of one decision: a cold start, the probes and the EC2 calls. */
export const DECISION_SECONDS = 10;

/** Limits on how often one virtual IP moves. */
export const MOVE_LIMITS = { coolDownSeconds: 30, windowSeconds: 600, movesPerWindow: 5 } as const;

/**
 * How long in seconds a move that was written down keeps every other run from acting, unless EC2 shows it done before: longer than
 * the write, the call and all their repetitions can take.
 */
export const PENDING_SECONDS = 20;

/** How long in seconds an order to move an address once stays in force when it cannot be met. */
export const MOVE_ORDER_SECONDS = 300;

/** Timeout of the takeover function in seconds. */
export const TAKEOVER_TIMEOUT_SECONDS = 60;

/** Environment variables of the functions. */
export const ENV = {
  /** JSON of {@link FleetTopology}: takeover and lifecycle function. */
  topology: 'PROXY_FLEET_TOPOLOGY',
  /** Name of the DynamoDB table that holds epoch, plan and orders: takeover and lifecycle function. */
  table: 'PROXY_FLEET_TABLE',
  /** A {@link RuntimeRole}, by which the command line tells the functions apart that know one fleet. */
  role: 'PROXY_FLEET_ROLE',
} as const;

/** What a function that knows a fleet is for. */
export type RuntimeRole = 'takeover' | 'lifecycle';

/** Longest wait in seconds, after an address was let go, for caches to forget its records: Lambda ends a function after 900. */
export const MAX_RELEASE_DELAY_SECONDS = 600;

/** Resource type of the custom resource that stands for one virtual IP. */
export const VIRTUAL_IP_RESOURCE_TYPE = 'Custom::ProxyFleetVirtualIp';

/** Properties of that custom resource, as CloudFormation hands them on (every value is a string). */
export interface VirtualIpProperties {
  /** Name of the virtual IP within its fleet. */
  readonly Name: string;
  readonly AllocationId: string;
  /** Interfaces of the fleet, comma-separated: when they change, the address is primed again before an old one goes. */
  readonly Interfaces: string;
  /** Seconds to wait, after the address was let go, until no cache can still hold a record of it. */
  readonly ReleaseDelaySeconds: string;
}

/** What the takeover function is told of its fleet. Private addresses are not in it: they are read from EC2. */
export interface FleetTopology {
  /** The fleet's name, which its metrics and events carry. */
  readonly fleet: string;
  readonly slots: SlotTopology[];
  readonly virtualIps: VirtualIpTopology[];
  readonly probes: ProbeTopology[];
}

/** One slot: its name ('1', '2', …), availability zone and network interface. */
export interface SlotTopology {
  readonly slot: string;
  readonly zone: string;
  readonly interfaceId: string;
}

/** One virtual IP: its name within the fleet and its Elastic IP's allocation. */
export interface VirtualIpTopology {
  readonly name: string;
  readonly allocationId: string;
  /** Name of the slot that is preferred. */
  readonly home: string;
  /** Seconds for which the home slot must have been ready before it takes the address back; without, it never does. */
  readonly preemptAfterSeconds?: number;
}

/** One probe function and the availability zone it looks from. */
export interface ProbeTopology {
  readonly zone: string;
  readonly functionName: string;
}

/**
 * What one observer saw of one address. `ready`: both health paths answered 200; `live`: only the live path did; `dead`: no
 * attempt got an answer from the live path.
 */
export type Health = 'ready' | 'live' | 'dead';

/** Event of a probe function. */
export interface ProbeRequest {
  /** IPv4 addresses to look at, health port implied. */
  readonly addresses: string[];
  /** How; by default as {@link PROBE} says. */
  readonly probe?: { readonly timeoutMs: number; readonly attempts: number; readonly everyMs: number };
}

/** Answer of a probe function: what it saw of every address it was asked about. */
export interface ProbeResponse {
  readonly health: Record<string, Health>;
}

/** What the takeover function tells EventBridge. */
export const EVENT_SOURCE = 'proxy-fleet';

/** Detail types of its events. */
export const EVENT_TYPES = { moved: 'VirtualIpMoved', stuck: 'VirtualIpStuck' } as const;

/** Detail of both events. */
export interface VirtualIpEventDetail {
  readonly fleet: string;
  readonly virtualIp: string;
  /** Slot that had the address; missing when none of the fleet did. */
  readonly from?: string;
  /** Slot that has it now; missing when it is stuck. */
  readonly to?: string;
  readonly epoch: number;
  readonly reason: string;
  /** Milliseconds from the start of the run to EC2 showing the move. */
  readonly tookMs: number;
}
