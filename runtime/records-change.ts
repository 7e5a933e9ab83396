/** The changes of one look: health checks that are made, records that are written, and health checks that go. */
import { seesDrain } from '../lib/private/contract';
import type { RecordsTopology } from '../lib/private/records-contract';
import { changeWhenFree } from './change-when-free';
import type { AddressRecord, RecordChange } from './core/address-record';
import {
  identifierPrefix,
  isOwned,
  type NameRecords,
  orphans,
  type Publication,
  planPublications,
  planRemovals,
  spareCheck,
  type WantedRecord,
  withoutDoubtful,
} from './core/plan-instance-records';
import { ZONE_PAUSE_MS } from './core/record-sets';
import { ChangesUnderWay } from './in-sync';
import type { InstanceRecordPorts, PendingChange } from './instance-record-ports';
import { Refused } from './ports';
import { reasonOf } from './reason-of';
import { deleteChecks, MOST_MADE, PACE_MS, withCheck } from './record-checks';

/** When a look begins nothing more: with the wait for name servers it ends within 200 s. */
const LATE_MS = 100_000;
/** Largest share of a name's records that one look takes out. */
const MOST_REMOVED = 0.5;

/** What failed, and of which name. */
export interface RecordsFailure {
  readonly name: string;
  readonly reason: string;
  /** Whether the next sweep will do it, if nothing else is wrong. */
  readonly passes: boolean;
}

/** Brings the records to what is wanted. */
export class RecordsChange {
  readonly failures: RecordsFailure[] = [];
  private readonly published = new Set<string>();
  private readonly underWay: ChangesUnderWay;
  /** Health checks that records had which are changed. */
  private readonly dropped = new Set<string>();

  constructor(
    private readonly ports: InstanceRecordPorts,
    private readonly topology: RecordsTopology,
    private wanted: readonly WantedRecord[],
    private readonly sight: {
      /** Instances whose groups wait until they are published. */
      readonly awaited: ReadonlySet<string>;
      /** Instances that get no record unless a name has none at all. */
      readonly doubtful: ReadonlySet<string>;
      /** Instances that serve and of which EC2 said nothing. */
      readonly unseen: readonly string[];
      /** Instances that leave, or of which observers are sure that they are dead. */
      readonly gone: readonly string[];
      readonly pending: readonly PendingChange[];
    },
  ) {
    this.underWay = new ChangesUnderWay(sight.pending);
  }

  /** What the next run has to know of changes, when groups still wait for these instances. */
  left(awaited: ReadonlySet<string>): PendingChange[] {
    return this.underWay.left(this.isKeyOf(awaited));
  }

  isPublished(wanted: WantedRecord): boolean {
    return this.published.has(keyOf(wanted));
  }

  async make(): Promise<void> {
    const { checks, clock } = this.ports;
    const { owner } = this.topology;
    const began = clock.elapsed();
    const isLate = () => clock.elapsed() - began > LATE_MS;
    const current = await this.current();
    const isSeen = ({ name }: WantedRecord) => current.some((place) => place.name === name);
    this.wanted = withoutDoubtful(current, this.wanted.filter(isSeen), this.sight.doubtful);
    const owned = await checks.list(`${owner}/`);
    const ids = new Set(owned.map(({ id }) => id));
    const isUnknown = (each: WantedRecord) => this.sight.awaited.has(each.instanceId) && !this.underWay.publishes(keyOf(each));
    const missing = planPublications(current, this.wanted, isUnknown, ids);
    const lacking = new Set(missing.map(keyOf));
    for (const each of this.wanted) if (!lacking.has(keyOf(each))) this.published.add(keyOf(each));
    const ready: [Publication, AddressRecord][] = [];
    for (const each of missing.slice(0, MOST_MADE)) {
      // The next sweep makes the rest.
      if (isLate()) break;
      const spare = spareCheck(owned, current, owner, each);
      try {
        ready.push([each, await withCheck(this.ports, this.topology, each, spare)]);
      } catch (error) {
        this.failed(each.name.recordName, [each.record.setIdentifier], [], error);
        if (isThrottled(error) || isOverQuota(error)) break;
      }
      if (each.name.check !== undefined && !each.keepsCheck && spare === undefined) await clock.sleep(PACE_MS);
    }
    const after: NameRecords[] = [];
    for (const place of current) {
      after.push(
        await this.changeName(
          place,
          ready.filter(([{ name }]) => name === place.name),
          isLate,
        ),
      );
    }
    // One that is not everywhere yet leaves its health checks to the next sweep.
    const late = await this.underWay.settle(this.ports, this.isKeyOf(this.sight.awaited));
    for (const { keys } of late) for (const key of keys) this.published.delete(key);
    if (late.length > 0) return;
    const used = new Set(after.flatMap(({ records }) => records.map(({ healthCheckId }) => healthCheckId)));
    const without = this.wanted.filter((each) => !this.isPublished(each));
    const leftOver = after.flatMap((place) => orphans(owned, place, owner, without));
    const gone = [...new Set([...leftOver, ...this.dropped])].filter((id) => !used.has(id));
    if (isLate()) return;
    const left = await deleteChecks(this.ports, gone.slice(0, MOST_MADE));
    for (const { id, error } of left) this.failed(`health check ${id}`, [], [], error);
  }

  /** Whether a record is of one of the instances. */
  private isKeyOf(instances: ReadonlySet<string>): (key: string) => boolean {
    const keys = new Set(this.wanted.filter(({ instanceId }) => instances.has(instanceId)).map(keyOf));
    return (key) => keys.has(key);
  }

  /** Of all names that can be read: one whose zone is gone, or closed to us, holds up no other. */
  private async current(): Promise<NameRecords[]> {
    const { names, owner } = this.topology;
    const found: NameRecords[] = [];
    for (const name of names) {
      try {
        const records = await this.ports.records.list(name.hostedZoneId, name.recordName);
        found.push({ name, records: records.filter((record) => isOwned(record, owner)) });
      } catch (error) {
        this.failed(name.recordName, [], [], error);
      }
    }
    return found;
  }

  /** All changes of a name in one batch, or one by one when Route 53 refuses that. Gives the records that are there then. */
  private async changeName(
    place: NameRecords,
    ready: readonly [Publication, AddressRecord][],
    isLate: () => boolean,
  ): Promise<NameRecords> {
    const { owner, families } = this.topology;
    const prefixesOf = (ids: readonly string[]) => ids.map((id) => identifierPrefix(owner, id));
    const unseen = prefixesOf(this.sight.unseen);
    // A health check that sees a drain has taken out of the answers who goes; others notice only when the proxy has stopped.
    const gone = seesDrain(place.name.check) ? [] : prefixesOf(this.sight.gone);
    const wanted = this.wanted.filter(({ name }) => name === place.name);
    const publications = ready.map(([{ before }, after]) => ({ before, after }));
    const publishable = new Set(ready.map(([publication]) => keyOf(publication)));
    const removals = (stands: (each: WantedRecord) => boolean) =>
      planRemovals(place, { wanted, stands, families, unseen, gone, mostRemoved: MOST_REMOVED }).map((before) => ({ before }));
    const all = [...publications, ...removals((each) => this.isPublished(each) || publishable.has(keyOf(each)))];
    if (all.length === 0) return place;
    const { records } = place;
    const outcome = await this.apply(place, all, false);
    if (outcome !== 'refused') return outcome === 'done' ? { ...place, records: applied(records, all) } : place;
    const done: RecordChange[] = [];
    const oneByOne = async (changes: readonly RecordChange[]) => {
      for (const change of changes) {
        if (isLate()) return;
        await this.ports.clock.sleep(ZONE_PAUSE_MS);
        if ((await this.apply(place, [change], true)) === 'done') done.push(change);
      }
    };
    await oneByOne(publications);
    await oneByOne(removals((each) => this.isPublished(each)));
    return { ...place, records: applied(records, done) };
  }

  /** @returns 'refused' when nothing of it was done and there is another try */
  private async apply(
    { name }: NameRecords,
    changes: readonly RecordChange[],
    isLastTry: boolean,
  ): Promise<'done' | 'refused' | 'failed'> {
    const published = changes.flatMap(({ after }) => after ?? []);
    const withdrawn = changes.flatMap(({ before, after }) => (before && !after ? [before] : []));
    const named = [published, withdrawn].map((records) => records.flatMap(({ setIdentifier }) => setIdentifier ?? [])) as [
      string[],
      string[],
    ];
    try {
      const id = await changeWhenFree(this.ports, name.hostedZoneId, changes);
      const keys = published.map((record) => keyOf({ name, record }));
      this.underWay.add({ id, keys });
      for (const key of keys) this.published.add(key);
      for (const { before } of changes) if (before?.healthCheckId !== undefined) this.dropped.add(before.healthCheckId);
      this.ports.log.write({ event: 'changed', name: name.recordName, published: named[0], withdrawn: named[1] });
      return 'done';
    } catch (error) {
      const isFailure = isLastTry || !(error instanceof Refused);
      if (isFailure) this.failed(name.recordName, ...named, error);
      else this.log('refused', name.recordName, ...named, error);
      return isFailure ? 'failed' : 'refused';
    }
  }

  private failed(name: string, published: readonly string[], withdrawn: readonly string[], error: unknown): void {
    this.log('failed', name, published, withdrawn, error);
    this.failures.push({ name, reason: `${name}: ${reasonOf(error)}`, passes: isThrottled(error) });
  }

  private log(
    event: 'refused' | 'failed',
    name: string,
    published: readonly string[],
    withdrawn: readonly string[],
    error: unknown,
  ): void {
    this.ports.log.write({ event, name, published, withdrawn, reason: reasonOf(error) });
  }
}

function isThrottled(error: unknown): boolean {
  return error instanceof Error && /^Throttling/.test(error.name);
}

/** The account has as many health checks as it may: another try would end like this one. */
function isOverQuota(error: unknown): boolean {
  return error instanceof Error && error.name === 'TooManyHealthChecks';
}

/** Records after changes. */
function applied(records: readonly AddressRecord[], changes: readonly RecordChange[]): AddressRecord[] {
  const gone = changes.flatMap(({ before }) => before ?? []);
  return [...records.filter((record) => !gone.includes(record)), ...changes.flatMap(({ after }) => after ?? [])];
}

function keyOf({ name, record }: { readonly name: WantedRecord['name']; readonly record: AddressRecord }): string {
  return `${name.hostedZoneId} ${record.name} ${record.type} ${record.setIdentifier}`;
}
