/**
 * What the use cases need from the outside. One adapter a service lives in `aws/`; the rehearsal and the tests bring their own.
 */
import type { Health } from '../lib/private/contract';

/** Time. Monotonic within a process is enough except for `now`, which leases of several processes compare. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

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

/** The fleet's interfaces. Reading only. */
export interface FleetView {
  interfaces(interfaceIds: string[]): Promise<InterfaceView[]>;
}

/** The fleet's Elastic IPs. It can neither allocate nor release. */
export interface AddressPlane {
  addresses(allocationIds: string[]): Promise<AddressView[]>;
  /** One AssociateAddress with reassociation allowed; never preceded by a disassociation. */
  associate(move: { allocationId: string; interfaceId: string; privateAddress: string }): Promise<void>;
}

/** Letting go, which only the lifecycle function may do. */
export interface AddressRelease {
  disassociate(associationId: string): Promise<void>;
}

/** One observer's look from its availability zone. */
export interface Observation {
  readonly zone: string;
  readonly health: Record<string, Health>;
}

/** Asks every observer in parallel; those that failed to answer are missing from the result, never "dead". */
export interface Prober {
  observe(addresses: string[]): Promise<Observation[]>;
}

/** What outlives a run: the moves of every virtual IP, and which of them are being deleted. */
export interface TakeoverState {
  /** Epoch milliseconds of the latest moves, oldest first, by virtual IP name. */
  readonly moves: Record<string, number[]>;
  /** Names of virtual IPs whose stack is being deleted: nobody may move them again. */
  readonly tombstones: string[];
}

/** The right to act, with the epoch that fences late runs. */
export interface Lease {
  readonly owner: string;
  readonly epoch: number;
  readonly state: TakeoverState;
}

/** Lease, epoch, dirty flag and state of one fleet, all changed by conditional writes only. */
export interface LeaseStore {
  /** Takes the lease, raises the epoch and clears the dirty flag; undefined when somebody else holds it, who is then told to look again. */
  acquire(owner: string, now: number): Promise<Lease | undefined>;
  /** Writes the state and extends the lease; false when a newer epoch took over, and then nothing was written. */
  save(lease: Lease, state: TakeoverState, now: number): Promise<boolean>;
  /** Gives the lease back; false when somebody asked for another look meanwhile, and then the lease is still held and the flag cleared. */
  release(lease: Lease): Promise<boolean>;
}

/** One line a decision: what happened and why. It never throws and nothing depends on it. */
export interface TakeoverLog {
  write(entry: TakeoverEntry): void;
}

export interface TakeoverEntry {
  readonly event: 'moved' | 'stuck' | 'stale' | 'failed' | 'well' | 'busy' | 'released';
  readonly virtualIp?: string;
  readonly from?: string;
  readonly to?: string;
  readonly epoch?: number;
  readonly reason: string;
  readonly tookMs?: number;
}
