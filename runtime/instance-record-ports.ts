/** What records need from the outside that follow instances. */
import type { NameCheck } from '../lib/private/records-contract';
import type { HostAddresses, OwnedCheck } from './core/plan-instance-records';
import type { Clock, GroupView, Prober, RecordStore } from './ports';

/** Route 53's health checks of addresses. */
export interface CheckStore {
  /** @returns its id */
  create(check: { readonly reference: string; readonly ipAddress: string; readonly settings: NameCheck }): Promise<string>;
  /** Adds tags, or overwrites them. */
  tag(id: string, tags: Readonly<Record<string, string>>): Promise<void>;
  /** Those whose caller references begin so. */
  list(prefix: string): Promise<OwnedCheck[]>;
  /** One that does not exist is no error. */
  delete(id: string): Promise<void>;
}

/** Instances as EC2 knows them. */
export interface HostView {
  /** Those that names lead to; an instance that is gone is missing. */
  addresses(instanceIds: readonly string[]): Promise<ReadonlyMap<string, HostAddresses>>;
}

/** What was noted of instances, and when it last changed. */
export interface Notes {
  /** Raised by every note. */
  readonly version: number;
  /** Instances that said that their proxies are live. */
  readonly live: readonly string[];
  /** Instances that EC2 is about to take back. */
  readonly leaving: readonly string[];
}

/** What a run knows when it begins. */
export interface Known {
  readonly notes: Notes;
  readonly pending: readonly PendingChange[];
}

/** A change of which Route 53 said, when a run ended, that not every name server has it. */
export interface PendingChange {
  readonly id: string;
  /** Records that are published by it. */
  readonly keys: readonly string[];
}

export interface Note {
  readonly live?: string;
  readonly leaving?: string;
}

/** What a look leaves to the next one. */
export interface Left {
  /** Notes that are not needed any more. */
  readonly forget: Pick<Notes, 'live' | 'leaving'>;
  readonly pending: readonly PendingChange[];
}

/** Lets one run at a time change records, and keeps what the others were told meanwhile. */
export interface RecordLease {
  /**
   * Notes, takes the lease, and tells what is known. Undefined when another run has it, which then looks once more.
   *
   * @param until epoch milliseconds at which the run is dead for certain
   */
  take(run: string, now: number, until: number, note?: Note): Promise<Known | undefined>;
  /** Gives the lease back when nothing was noted since, and otherwise keeps it and returns what is noted now. */
  finish(run: string, version: number, left: Left): Promise<Notes | undefined>;
  /**
   * Gives the lease back, if the run has it.
   *
   * @param pending without it those of the run before stay
   */
  release(run: string, pending?: readonly PendingChange[]): Promise<void>;
}

/** Everything that records need which follow instances. */
export interface InstanceRecordPorts {
  readonly group: GroupView;
  readonly hosts: HostView;
  readonly records: Pick<RecordStore, 'list' | 'change' | 'isInSync'>;
  readonly checks: CheckStore;
  /** Looks at private proxies; missing where Route 53 checks the addresses. */
  readonly prober?: Prober;
  readonly lease: RecordLease;
  readonly clock: Clock;
  readonly log: { write(entry: InstanceRecordEntry | UnfitEntry): void };
}

/** One line for each private proxy that should be in no answer. */
export interface UnfitEntry {
  readonly event: 'unfit';
  readonly instanceId: string;
  readonly reason: string;
}

/** One line for each batch, and for each health check that could not be made. */
export interface InstanceRecordEntry {
  readonly event: 'changed' | 'refused' | 'failed';
  readonly name: string;
  readonly published: readonly string[];
  readonly withdrawn: readonly string[];
  readonly reason?: string;
}
