/** What the rehearsal builds, as read from a template: nothing in it comes from the constructs that made the template. */

import type { PoolTopology } from '../../lib/private/pool-contract';
import type { RecordsTopology } from '../../lib/private/records-contract';
import type { FleetTopology } from '../../lib/private/takeover-contract';
import type { HostedZone } from '../dns/records';
import type { HealthCheck } from '../health/health-check';

export interface FleetModel {
  readonly stack: string;
  readonly slots: SlotModel[];
  readonly zones: HostedZone[];
  readonly healthChecks: HealthCheck[];
  /** Loopback addresses in place of those that names lead to and that are not the fleet's: something answers there, and never fails. */
  readonly elsewhere: readonly string[];
  /** What the template holds and the rehearsal does not play, one sentence each. */
  readonly skipped: string[];
  /** Missing when the stack has no virtual IP. */
  readonly takeover?: TakeoverModel;
  /** Missing for a fleet of slots. An elastic one has a slot for each instance that there can be, and the first of them have one. */
  readonly pool?: PoolModel;
  /** The same, for an elastic fleet whose records follow its instances. */
  readonly records?: RecordsModel;
  /** Missing when the proxies exchange no heartbeats. */
  readonly heartbeat?: HeartbeatModel;
  /** For how many seconds a proxy serves on once its ready path fails in a drain; missing where no drain is written down. */
  readonly drainSeconds?: number;
  /** What every instance runs, letter by letter; missing for a template without its assembly. */
  readonly programs?: { readonly watchdog: string; readonly guard: string };
}

export interface HeartbeatModel {
  /** Milliseconds between two adverts of a slot. */
  readonly advertMs: number;
}

export interface SlotModel {
  readonly slot: string;
  readonly zone: string;
  /** Loopback address in place of the slot's Elastic IP and primary private address. */
  readonly address: string;
  /** What DNS answers in place of its IPv6 address. Nothing listens there: whatever dials it reaches `address`. */
  readonly ipv6Address?: string;
  /** Loopback addresses in place of the secondary private addresses. */
  readonly secondaryAddresses: string[];
  readonly interfaceId: string;
  /** The engine's configuration, letter by letter what the instance would get. */
  readonly configuration: string;
}

export interface TakeoverModel {
  readonly topology: FleetTopology;
  readonly sweepSeconds: number;
  /** Loopback address in place of each virtual IP's Elastic IP, by allocation. */
  readonly addresses: ReadonlyMap<string, string>;
}

export interface PoolModel {
  readonly topology: PoolTopology;
  /** Loopback address in place of each Elastic IP, by allocation. */
  readonly addresses: ReadonlyMap<string, string>;
  /** How many instances there are when a rehearsal begins. */
  readonly minCapacity: number;
  /** How many the group wants at most. */
  readonly maxCapacity: number;
  /** How long the group waits for a new instance to be published. */
  readonly launchSeconds: number;
  /** Missing when no schedule runs the address function. */
  readonly sweepSeconds?: number;
}

export interface RecordsModel {
  readonly topology: RecordsTopology;
  /** How many instances there are when a rehearsal begins. */
  readonly minCapacity: number;
  /** How many the group wants at most. */
  readonly maxCapacity: number;
  /** How long the group waits for a new instance to be published. */
  readonly launchSeconds: number;
  /** Missing when no schedule runs the record function. */
  readonly sweepSeconds?: number;
}

export function isElastic({ pool, records }: Pick<FleetModel, 'pool' | 'records'>): boolean {
  return (pool ?? records) !== undefined;
}

/** Slots that have an instance when a rehearsal begins. */
export function firstSlots({ slots, pool, records }: Pick<FleetModel, 'slots' | 'pool' | 'records'>): SlotModel[] {
  const elastic = pool ?? records;
  return elastic ? slots.slice(0, elastic.minCapacity) : slots;
}
