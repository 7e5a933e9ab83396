/**
 * One hosted zone: what it holds since the last accepted change, and what DNS serves of it meanwhile.
 *
 * A change is PENDING until a drawn moment, then INSYNC and served. Changes of a zone arrive in the order in which they were made: a
 * later one is never served before an earlier one. While Route 53 works at a change it takes no other one for the zone.
 */
import type { ChangeInfo, Protection, ResourceRecordSet } from './api';
import { checkShape } from './check-shape';
import { fqdn } from './names';
import { type RecordMap, recordMap } from './record-map';

export interface ZoneSeed {
  readonly id: string;
  readonly name: string;
  readonly nameServers: readonly string[];
  /** Record sets besides the zone's own NS and SOA, served from the beginning. Only their form is checked. */
  readonly records?: readonly ResourceRecordSet[];
}

interface Version {
  /** Milliseconds of the clock. */
  readonly servedFrom: number;
  readonly records: RecordMap;
}

export interface PendingChange {
  readonly info: Omit<ChangeInfo, 'Status'>;
  readonly insyncAt: number;
}

/** What Route 53 gives the records that it makes by itself, in seconds. */
const NS_TTL = 172_800;
const SOA_TTL = 900;

export class ZoneState {
  readonly id: string;
  readonly name: string;
  readonly nameServers: readonly string[];
  readonly protections = new Map<string, Protection>();
  private versions: readonly Version[];
  private busyUntil = Number.NEGATIVE_INFINITY;

  constructor({ id, name, nameServers, records = [] }: ZoneSeed) {
    this.id = id;
    this.name = fqdn(name);
    this.nameServers = nameServers;
    this.versions = [{ servedFrom: Number.NEGATIVE_INFINITY, records: recordMap([...this.own(), ...normalised(records)]) }];
  }

  /** With all accepted changes, PENDING ones too: what is listed, and what the next change is judged by. */
  get records(): RecordMap {
    return this.versions.at(-1)?.records ?? new Map();
  }

  /** What DNS answers from. */
  served(now: number): RecordMap {
    return this.versions.findLast(({ servedFrom }) => servedFrom <= now)?.records ?? new Map();
  }

  isBusy(now: number): boolean {
    return now < this.busyUntil;
  }

  /** Takes a change over; tells when it will be INSYNC. */
  accept(records: RecordMap, times: { readonly now: number; readonly work: number; readonly delay: number }): number {
    const { now, work, delay } = times;
    const servedFrom = Math.max(now + delay, this.versions.at(-1)?.servedFrom ?? now);
    const serving = this.versions.findLastIndex((version) => version.servedFrom <= now);
    this.versions = [...this.versions.slice(Math.max(serving, 0)), { servedFrom, records }];
    this.busyUntil = now + work;
    return servedFrom;
  }

  private own(): ResourceRecordSet[] {
    const servers = this.nameServers.map(fqdn);
    const soa = `${servers[0] ?? this.name} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400`;
    return [
      { Name: this.name, Type: 'NS', TTL: NS_TTL, ResourceRecords: servers.map((Value) => ({ Value })) },
      { Name: this.name, Type: 'SOA', TTL: SOA_TTL, ResourceRecords: [{ Value: soa }] },
    ];
  }
}

function normalised(sets: readonly ResourceRecordSet[]): ResourceRecordSet[] {
  if (sets.length === 0) return [];
  return checkShape(sets.map((set) => ({ Action: 'CREATE', ResourceRecordSet: set }))).map(
    ({ ResourceRecordSet }) => ResourceRecordSet,
  );
}
