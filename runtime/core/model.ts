/** What the decisions are made of: what EC2, the observers and the table say, and what follows from it. */
import type { Health } from '../../lib/private/takeover-contract';

/** One network interface of a slot, as EC2 reports it. */
export interface InterfaceView {
  readonly interfaceId: string;
  /** The instance it is attached to; undefined while the slot is empty. */
  readonly instanceId?: string;
  /** Secondary private IPv4 addresses: the places where virtual IPs can sit. */
  readonly secondaryAddresses: SecondaryAddress[];
}

/** One secondary private address and the Elastic IP that is on it. */
export interface SecondaryAddress {
  readonly privateAddress: string;
  /** All three are undefined while no Elastic IP is on it. */
  readonly allocationId?: string;
  readonly associationId?: string;
  readonly publicIp?: string;
}

/** Where an Elastic IP is at the moment. All but the first two are undefined while it is unassociated. */
export interface AddressView {
  readonly allocationId: string;
  readonly publicIp: string;
  readonly associationId?: string;
  readonly interfaceId?: string;
  readonly privateAddress?: string;
}

/** One observer's look from its availability zone. */
export interface Observation {
  readonly zone: string;
  readonly health: Record<string, Health>;
}

/** What outlives a run. Times are epoch milliseconds. */
export interface TakeoverState {
  /** The latest moves of every virtual IP, oldest first, by its name. */
  readonly moves: Record<string, number[]>;
  /** Names of virtual IPs whose stack is being deleted: nobody may move them again. */
  readonly tombstones: string[];
  /** The move that was written down last: under way until EC2 shows it, or its time is over. */
  readonly pending?: PendingMove;
  /** Moves before it that EC2 showed to whoever wrote: not every answer of EC2 does so yet. */
  readonly confirmed?: readonly PendingMove[];
  /** Since when the home slot of a virtual IP that is elsewhere has been ready without a break, by the virtual IP's name. */
  readonly homeReadySince: Record<string, number>;
  /** Names of virtual IPs that should move and cannot; whoever gets on this list is told of once. */
  readonly stuck: string[];
  /** Orders of operators: virtual IPs bound to a slot, by name. */
  readonly pins: Record<string, Pin>;
  /** Orders of operators: until when a slot is kept free of virtual IPs, and a virtual IP is kept where it is. */
  readonly maintenance: { readonly slots: Record<string, number>; readonly virtualIps: Record<string, number> };
}

export const EMPTY_STATE: TakeoverState = {
  moves: {},
  tombstones: [],
  homeReadySince: {},
  stuck: [],
  pins: {},
  maintenance: { slots: {}, virtualIps: {} },
};

/** A move that was written down. */
export interface PendingMove {
  readonly virtualIp: string;
  readonly allocationId: string;
  readonly interfaceId: string;
  readonly privateAddress: string;
  readonly at: number;
}

/** A virtual IP's order to be on one slot. */
export interface Pin {
  readonly slot: string;
  readonly until: number;
  /** True for a planned move: the order is over once it is met, and holds nothing while its slot is dead. */
  readonly once: boolean;
}

/** How often one virtual IP may move. */
export interface MoveLimits {
  readonly coolDownSeconds: number;
  readonly windowSeconds: number;
  readonly movesPerWindow: number;
}

/** Health of a slot at one of its addresses, as all observers together know it; `unknown` is no ground for anything. */
export type SlotHealth = Health | 'unknown';

/** Where one virtual IP can sit: a secondary private address of a slot. */
export interface Place {
  readonly address: string;
  readonly health: SlotHealth;
  /** The Elastic IP that EC2 shows on it. */
  readonly allocationId?: string;
}

/** One slot and its places. */
export interface SlotView {
  readonly slot: string;
  readonly zone: string;
  readonly interfaceId: string;
  /** In numeric order; empty while EC2 shows none, and then nothing is known of the slot. */
  readonly places: readonly Place[];
}

/** One virtual IP and where it is; without an address its allocation does not exist any more. */
export interface VirtualIpView {
  readonly name: string;
  readonly home: string;
  readonly preemptAfterSeconds?: number;
  readonly address?: AddressView;
}

/** Everything that the decisions look at. */
export interface FleetSight {
  readonly slots: readonly SlotView[];
  readonly virtualIps: readonly VirtualIpView[];
}
