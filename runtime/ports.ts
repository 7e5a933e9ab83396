/**
 * What the use cases need from the outside. One adapter a service lives in `aws/`; the rehearsal and the tests bring their own.
 */
import type { AddressView, InterfaceView, Observation, TakeoverState } from './core/model';

export type { AddressView, InterfaceView, Observation, TakeoverState } from './core/model';

/** Time. Monotonic within a process is enough except for `now`, which leases of several processes compare. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** The fleet's interfaces. Reading only. One that does not exist is missing from the answer and fails nothing. */
export interface FleetView {
  interfaces(interfaceIds: string[]): Promise<InterfaceView[]>;
}

/** The fleet's Elastic IPs; a released one is missing from the answer. It can neither allocate nor release. */
export interface AddressPlane {
  addresses(allocationIds: string[]): Promise<AddressView[]>;
  /** One AssociateAddress with reassociation allowed; never preceded by a disassociation. */
  associate(move: { allocationId: string; interfaceId: string; privateAddress: string }): Promise<void>;
}

/** Letting go, which only the lifecycle function may do. */
export interface AddressRelease {
  disassociate(associationId: string): Promise<void>;
}

/** Asks every observer in parallel; those that failed to answer are missing from the result, never "dead". */
export interface Prober {
  observe(addresses: string[]): Promise<Observation[]>;
}

/** The right to act, with the epoch that fences late runs. */
export interface Lease {
  readonly owner: string;
  readonly epoch: number;
  readonly state: TakeoverState;
}

/** Lease, epoch, dirty flag and state of one fleet, all changed by conditional writes only. */
export interface LeaseStore {
  /**
   * Takes the lease, raises the epoch and clears the dirty flag; undefined when somebody else holds it, who is then told to look
   * again.
   */
  acquire(owner: string, now: number): Promise<Lease | undefined>;
  /** Writes the state and extends the lease; false when a newer epoch took over, and then nothing was written. */
  save(lease: Lease, state: TakeoverState, now: number): Promise<boolean>;
  /**
   * Gives the lease back, true also when a newer epoch has it; false when somebody asked for another look meanwhile, and then the
   * lease is still held and the flag cleared.
   */
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

/** Everything that a takeover needs. */
export interface TakeoverPorts {
  readonly view: FleetView;
  readonly plane: AddressPlane;
  readonly prober: Prober;
  readonly store: LeaseStore;
  readonly log: TakeoverLog;
  readonly clock: Clock;
}

/** What deploy and delete need besides. */
export interface LifecyclePorts extends TakeoverPorts {
  readonly release: AddressRelease;
}
