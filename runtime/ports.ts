/**
 * What the use cases need from the outside. One adapter a service lives in `aws/`; the rehearsal and the tests bring their own.
 */
import type { PoolTopology } from '../lib/private/pool-contract';
import type { VirtualIpEventDetail } from '../lib/private/takeover-contract';
import type { AddressRecord, RecordChange } from './core/address-record';
import type { GroupInstance } from './core/launch';
import type { AddressView, InterfaceView, Observation, TakeoverState } from './core/model';
import type { PoolAddress, PoolClaim } from './core/plan-pool';

export type { AddressView, InterfaceView, Observation, SecondaryAddress, TakeoverState } from './core/model';

/** Time. `now` is compared between processes. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some moment of this process, for durations: unlike `now`, it never steps. */
  elapsed(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** The fleet's interfaces and what is on them. Reading only. One that does not exist is missing from the answer and fails nothing. */
export interface FleetView {
  interfaces(interfaceIds: string[]): Promise<InterfaceView[]>;
}

/** The fleet's Elastic IPs; a released one is missing from the answer. It can neither allocate nor release. */
export interface AddressPlane {
  addresses(allocationIds: string[]): Promise<AddressView[]>;
  /**
   * One AssociateAddress with reassociation allowed; never preceded by a disassociation. Throws `Refused` when it is certain that it
   * had no effect and will have none; any other error leaves that open.
   */
  associate(move: { allocationId: string; interfaceId: string; privateAddress: string }): Promise<void>;
}

/** EC2 answered that it will not do it, or not now. */
export class Refused extends Error {}

/** Refused, and only because a change of before is under way. */
export class Busy extends Refused {}

/** Letting go, which only the lifecycle function may do. */
export interface AddressRelease {
  disassociate(associationId: string): Promise<void>;
}

/** Asks every observer in parallel; those that failed to answer are missing from the result, never "dead". */
export interface Prober {
  observe(addresses: string[]): Promise<Observation[]>;
}

/** What the table holds. */
export interface Stored {
  /** Raised by every write: who read an older one has read an older plan. */
  readonly epoch: number;
  readonly state: TakeoverState;
}

/** Epoch and state of one fleet, changed by conditional writes only. */
export interface TakeoverStore {
  /** What was written last, never older. */
  read(): Promise<Stored>;
  /**
   * Writes the state under the next epoch; false when somebody else wrote since `stored` was read, and then nothing was written.
   *
   * @param owner names the writer, unlike every other
   */
  commit(stored: Stored, state: TakeoverState, owner: string): Promise<boolean>;
}

/** Tells the world what happened. */
export interface Announcer {
  announce(type: 'moved' | 'stuck', detail: VirtualIpEventDetail): Promise<void>;
}

/** One line a decision: what happened and why. It never throws and nothing depends on it. */
export interface TakeoverLog {
  write(entry: TakeoverEntry): void;
}

export interface TakeoverEntry {
  /** `unknown`: the holder could not be judged, and so keeps what it has. */
  readonly event: 'moved' | 'stuck' | 'stale' | 'failed' | 'well' | 'unknown' | 'busy' | 'released' | 'ordered';
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
  readonly store: TakeoverStore;
  readonly announcer: Announcer;
  readonly log: TakeoverLog;
  readonly clock: Clock;
}

/** What an operator needs, who looks and writes orders, and moves nothing. */
export interface OperatorPorts extends Pick<TakeoverPorts, 'view' | 'prober' | 'store' | 'clock' | 'log'> {
  readonly plane: Pick<AddressPlane, 'addresses'>;
  /** Asks the takeover function for a look, and does not wait for it. */
  hint(): Promise<void>;
}

/** What deploy and delete need besides. */
export interface LifecyclePorts extends TakeoverPorts {
  readonly release: AddressRelease;
}

/** The slot of a deployed fleet; without an instance while its group makes one. */
export interface SlotInstance {
  readonly fleet: string;
  readonly slot: string;
  readonly instanceId?: string;
}

/** What an operator of instances needs. */
export interface SlotPorts {
  readonly clock: Clock;
  /** All slots of a stack's fleets. */
  slots(stack: string): Promise<SlotInstance[]>;
  /** Has an instance run a command, and returns the command's id. */
  send(instanceId: string, command: string, comment: string): Promise<string>;
  /** How the command is, in the words of Systems Manager, and what it said so far. */
  look(
    instanceId: string,
    commandId: string,
  ): Promise<{ readonly status: string; readonly output: string; readonly errors: string }>;
}

/** The groups of an elastic fleet. */
export interface GroupView {
  /** All instances of all groups that have the tag, those in a warm pool too. */
  instances(tag: { readonly key: string; readonly value: string }): Promise<GroupInstance[]>;
  /** Ends the wait of a group for a new instance; one that does not wait any more is no error. */
  completeLaunch(instance: Pick<GroupInstance, 'groupName' | 'instanceId'>): Promise<void>;
  /** The same of one that is to end and need not be drained. */
  completeDrain(instance: Pick<GroupInstance, 'groupName' | 'instanceId'>): Promise<void>;
}

/** The Elastic IPs of an elastic fleet. */
export interface AddressPool {
  /** All that have the fleet's tag, those too that leave the pool with a deploy that is under way. */
  poolAddresses(topology: Pick<PoolTopology, 'tag' | 'allocationIds'>): Promise<PoolAddress[]>;
  /** One AssociateAddress that takes the address from nobody. Throws `Refused` when it, or the instance, is taken. */
  claim(claim: PoolClaim): Promise<void>;
}

/** Everything that the pool of an elastic fleet needs. */
export interface PoolPorts {
  readonly group: GroupView;
  readonly pool: AddressPool;
  readonly clock: Clock;
  readonly log: { write(entry: PoolEntry): void };
}

/** One line for each claim. */
export interface PoolEntry extends PoolClaim {
  readonly event: 'claimed' | 'taken' | 'failed';
  readonly reason?: string;
}

/** Record sets of addresses in hosted zones. */
export interface RecordStore {
  /** Lets resolvers keep the answer that a name does not exist for no longer than so many seconds. */
  shortenNegativeAnswers(hostedZoneId: string, seconds: number): Promise<void>;
  /** Those of one name, or all of the zone. */
  list(hostedZoneId: string, name?: string): Promise<AddressRecord[]>;
  /**
   * All of it or nothing. Throws `Refused` when it had no effect, above all because a record set is not as it was said to be, and `Busy`
   * when the zone is still at another change.
   *
   * @returns id of the change
   */
  change(hostedZoneId: string, changes: readonly RecordChange[]): Promise<string>;
  /** Whether all name servers answer by a change; undefined when Route 53 knows none of that id. */
  isInSync(changeId: string): Promise<boolean | undefined>;
}

/** What Route 53 said of a batch of which nothing was done, told apart from what failed. */
export function refusalOf(error: Error, text = error.message): Error {
  if (error.name === 'PriorRequestNotComplete') return new Busy(text, { cause: error });
  return error.name === 'InvalidChangeBatch' ? new Refused(text, { cause: error }) : error;
}

/** Auto scaling groups whose instances are targets. */
export interface TargetGroups {
  /** Private IPv4 addresses of the instances in service, by group; a group that does not exist is missing. */
  addresses(groupNames: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
}

/** Everything that the records of targets need. */
export interface RecordPorts {
  readonly records: RecordStore;
  readonly groups: TargetGroups;
  readonly clock: Clock;
  readonly log: { write(entry: RecordEntry): void };
}

/** One line for each batch. */
export interface RecordEntry {
  readonly event: 'changed' | 'refused' | 'failed';
  readonly names: readonly string[];
  readonly reason?: string;
}
