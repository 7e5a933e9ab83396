/** What the decisions are made of: what EC2, the observers and the table say, and what follows from it. */
import type { Health } from '../../lib/private/contract';

/** One network interface of a slot, as EC2 reports it. */
export interface InterfaceView {
  readonly interfaceId: string;
  /** The instance it is attached to; undefined while the slot is empty. */
  readonly instanceId?: string;
  /** Secondary private IPv4 addresses: the places where virtual IPs can sit. */
  readonly secondaryAddresses: string[];
}

/** Where an Elastic IP is at the moment. All but the allocation are undefined while it is unassociated. */
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

/** What outlives a run: the moves of every virtual IP, and which of them are being deleted. */
export interface TakeoverState {
  /** Epoch milliseconds of the latest moves, oldest first, by virtual IP name. */
  readonly moves: Record<string, number[]>;
  /** Names of virtual IPs whose stack is being deleted: nobody may move them again. */
  readonly tombstones: string[];
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
}

/** One slot and its places. */
export interface SlotView {
  readonly slot: string;
  readonly interfaceId: string;
  /** In numeric order; empty while EC2 shows none, and then nothing is known of the slot. */
  readonly places: readonly Place[];
}

/** One virtual IP and where it is; without an address its allocation does not exist any more. */
export interface VirtualIpView {
  readonly name: string;
  readonly address?: AddressView;
}
