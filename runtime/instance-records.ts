/**
 * Keeps records and health checks that follow the instances of an elastic fleet.
 *
 * Order of events: take the lease; look at the group, its instances and the records; make the health checks of new records; change all
 * records of a name in one batch; wait until every name server has it; only then delete health checks of records that went, and complete
 * the launches of instances that are published. So whoever is in service is in DNS, and no record ever names a health check that is gone.
 *
 * Gotchas: one run at a time changes anything. Who comes meanwhile leaves a note, and the run that is at it looks once more before it ends;
 * many launches at the same time are one batch. A batch that is refused is tried change by change, so that one bad record holds up no
 * other. A change that is not everywhere when a run ends is waited for by the next one. An instance that could not be published asks again
 * until its hook's time is over, and is then replaced.
 */
import type { PoolAnswer } from '../lib/private/pool-contract';
import { RECORDS_TIMEOUT_SECONDS, type RecordsTopology } from '../lib/private/records-contract';
import { changeWhenFree } from './change-when-free';
import type { AddressRecord } from './core/address-record';
import { isOwned, type NameKey, orphans } from './core/plan-instance-records';
import { untilEverywhere } from './in-sync';
import type { InstanceRecordPorts, Known, Note, Notes } from './instance-record-ports';
import { type LookOutcome, lookAtRecords } from './look-at-records';
import { Refused } from './ports';
import { reasonOf } from './reason-of';
import { deleteChecks } from './record-checks';

/** A run that Lambda must have ended by then may hold no one up. */
const LEASE_MS = (RECORDS_TIMEOUT_SECONDS + 10) * 1000;

/** When a run looks no more, however much is noted meanwhile: what is left is the next sweep's. One look takes 220 s at most. */
const LAST_LOOK_MS = 120_000;

/** How long a change of the stack waits for a run that is at it, so that time is left for a look. */
const PATIENCE_MS = (RECORDS_TIMEOUT_SECONDS - 350) * 1000;
const ASK_AGAIN_MS = 5000;

/** As long as permissions take that were just granted: a change of the stack that fails is tried again until then. */
const GRANTED_MS = 60_000;

/** How long a removal is tried again: with the wait for name servers before or after it, it ends within 330 s. */
const REMOVE_MS = 200_000;

/** How a run ended. */
export interface RecordsSummary extends PoolAnswer {
  /** Instances that should be published and are not; undefined when another run was at it. */
  readonly waiting?: number;
}

/** A run that could not do all it should. What it saw is told all the same. */
export class RecordsFailed extends Error {
  constructor(
    message: string,
    readonly summary: RecordsSummary,
  ) {
    super(message);
  }
}

/**
 * One look at all, and what follows from it.
 *
 * @param note of an instance whose proxy is live, or that is about to go; empty for everything else
 * @param run names this run, unlike every other
 */
export async function serveRecords(
  ports: InstanceRecordPorts,
  topology: RecordsTopology,
  run: string,
  note: Note,
): Promise<RecordsSummary> {
  const known = await take(ports, run, note);
  if (known === undefined) return { settled: note.live === undefined, reason: 'another run is at it, and looks once more' };
  return serve(ports, topology, run, known, note.live);
}

/**
 * As `serveRecords()`, but waits for a run that is at it: it may not know yet what the stack says now. Throws when records of the name could not be
 * written within a minute; what the next sweep will do, and what failed for other names, is no reason to take a change of the stack back.
 */
export async function applyRecords(
  ports: InstanceRecordPorts,
  topology: RecordsTopology,
  { recordName }: NameKey,
  run: string,
): Promise<void> {
  const { clock } = ports;
  const began = clock.elapsed();
  for (;;) {
    try {
      const { failures } = await look(ports, topology, run, await takeInTurn(ports, run));
      const own = failures.filter(({ name, passes }) => name === recordName.toLowerCase() && !passes);
      if (own.length === 0) return;
      throw new Error(own.map(({ reason }) => reason).join('; '));
    } catch (error) {
      if (clock.elapsed() - began > GRANTED_MS) throw error;
    }
    await clock.sleep(ASK_AGAIN_MS);
  }
}

/**
 * Removes all records of ours that lead a name to instances, and then their health checks. Does nothing while the stack has the name and the
 * group has instances: then just another reference to it has taken the place of one that goes, or somebody else than CloudFormation asks.
 */
export async function withdrawName(
  ports: InstanceRecordPorts,
  { owner, names, tag }: Pick<RecordsTopology, 'owner' | 'names' | 'tag'>,
  name: NameKey,
  run: string,
): Promise<void> {
  const isOf = (each: NameKey) => each.hostedZoneId === name.hostedZoneId && each.recordName === name.recordName;
  if (names.some(isOf) && (await ports.group.instances(tag)).length > 0) return;
  await takeInTurn(ports, run);
  const began = ports.clock.elapsed();
  const isLate = () => ports.clock.elapsed() - began > REMOVE_MS;
  try {
    await withdrawRecords(ports, owner, name, isLate);
    // Once the stack is gone nobody comes back for the health checks, so they go in any case.
    let ids = orphans(await ports.checks.list(`${owner}/`), { name, records: [] }, owner);
    while (ids.length > 0) {
      const left = await deleteChecks(ports, ids);
      ids = left.map(({ id }) => id);
      if (ids.length > 0 && isLate()) {
        const told = left.map(({ id, error }) => `${id} (${reasonOf(error)})`).join(', ');
        throw new Error(
          `health checks of ${name.recordName} must be deleted, got left: ${told}: try again, or delete them by hand`,
        );
      }
    }
  } finally {
    await ports.lease.release(run);
  }
}

/** Removes until there is none: the zone may be at another change, and of a removal that is done the answer may be lost. */
async function withdrawRecords(ports: InstanceRecordPorts, owner: string, name: NameKey, isLate: () => boolean): Promise<void> {
  const { hostedZoneId, recordName } = name;
  for (;;) {
    const records = (await recordsIn(ports, name)).filter((each) => isOwned(each, owner));
    if (records.length === 0) return;
    try {
      const removals = records.map((before) => ({ before }));
      const id = await changeWhenFree(ports, hostedZoneId, removals);
      const withdrawn = records.flatMap(({ setIdentifier }) => setIdentifier ?? []);
      ports.log.write({ event: 'changed', name: recordName, published: [], withdrawn });
      await untilEverywhere(ports, id);
    } catch (error) {
      if (!(error instanceof Refused) || isLate()) throw error;
      await ports.clock.sleep(ASK_AGAIN_MS);
    }
  }
}

/** None in a zone that is gone. */
async function recordsIn({ records }: InstanceRecordPorts, { hostedZoneId, recordName }: NameKey): Promise<AddressRecord[]> {
  try {
    return await records.list(hostedZoneId, recordName);
  } catch (error) {
    if (error instanceof Error && error.name === 'NoSuchHostedZone') return [];
    throw error;
  }
}

async function serve(
  ports: InstanceRecordPorts,
  topology: RecordsTopology,
  run: string,
  known: Known,
  live?: string,
): Promise<RecordsSummary> {
  const { settled, reason, waiting, failures } = await look(ports, topology, run, known, live);
  const summary = { settled, reason, waiting };
  // Who is published itself need not hear what failed for others: the sweep tells.
  const isWell = live !== undefined && settled;
  if (failures.length > 0 && !isWell) throw new RecordsFailed(failures.map((each) => each.reason).join('; '), summary);
  return summary;
}

/** Looks until nothing was noted meanwhile, and gives the lease back. */
async function look(
  ports: InstanceRecordPorts,
  topology: RecordsTopology,
  run: string,
  known: Known,
  live?: string,
): Promise<LookOutcome> {
  const began = ports.clock.elapsed();
  let { pending } = known;
  let outcome: LookOutcome;
  try {
    let notes: Notes | undefined = known.notes;
    do {
      outcome = await lookAtRecords(ports, topology, { notes, pending }, live);
      pending = outcome.pending;
      notes = await ports.lease.finish(run, notes.version, outcome);
    } while (notes !== undefined && ports.clock.elapsed() - began < LAST_LOOK_MS);
    if (notes !== undefined) await ports.lease.release(run, pending);
  } catch (error) {
    await ports.lease.release(run, pending);
    throw error;
  }
  return outcome;
}

async function takeInTurn(ports: InstanceRecordPorts, run: string): Promise<Known> {
  const { clock } = ports;
  const began = clock.elapsed();
  for (;;) {
    const known = await take(ports, run);
    if (known !== undefined) return known;
    if (clock.elapsed() - began > PATIENCE_MS) {
      throw new Error(`another run changed records for ${PATIENCE_MS / 1000} s: read the log of the function, and try again`);
    }
    await clock.sleep(ASK_AGAIN_MS);
  }
}

/** A lease that was taken without anybody hearing of it would hold up all others. */
async function take({ lease, clock }: InstanceRecordPorts, run: string, note?: Note): Promise<Known | undefined> {
  const now = clock.now();
  try {
    return await lease.take(run, now, now + LEASE_MS, note);
  } catch (error) {
    await lease.release(run);
    throw error;
  }
}
