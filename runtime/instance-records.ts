/**
 * Keeps records and health checks that follow the instances of an elastic fleet.
 *
 * Order of events: take the lease; look at the group, its instances and the records; make the health checks of new records; change all
 * records of a name in one batch; wait until every name server has it; only then delete health checks of records that went, and complete
 * the launches of instances that are published. So whoever is in service is in DNS, and no record ever names a health check that is gone.
 *
 * Gotchas: one run at a time changes anything. Who comes meanwhile leaves a note, and the run that is at it looks once more before it ends;
 * many launches at the same time are one batch. A batch that is refused is tried change by change, so that one bad record holds up no
 * other. An instance that could not be published asks again until its hook's time is over, and is then replaced.
 */
import type { PoolAnswer } from '../lib/private/pool-contract';
import { RECORDS_TIMEOUT_SECONDS, type RecordsTopology } from '../lib/private/records-contract';
import { isOwned, type NameKey, orphans } from './core/plan-instance-records';
import type { InstanceRecordPorts, Note, Notes } from './instance-record-ports';
import { type LookOutcome, lookAtRecords } from './look-at-records';
import { isEverywhere } from './records-change';

/** A run that Lambda must have ended by then may hold no one up. */
const LEASE_MS = (RECORDS_TIMEOUT_SECONDS + 10) * 1000;

/** Looks of one run at most, however much is noted meanwhile: what is left is the next sweep's. */
const LOOKS = 3;

/** How long a change of the stack waits for a run that is at it. */
const PATIENCE_MS = (RECORDS_TIMEOUT_SECONDS - 90) * 1000;
const ASK_AGAIN_MS = 5000;

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
  const notes = await take(ports, run, note);
  if (notes === undefined) return { settled: note.live === undefined, reason: 'another run is at it, and looks once more' };
  return serve(ports, topology, run, notes, note.live);
}

/** As `serveRecords()`, but waits for a run that is at it: it may not know yet what the stack says now. */
export async function applyRecords(ports: InstanceRecordPorts, topology: RecordsTopology, run: string): Promise<void> {
  await serve(ports, topology, run, await takeInTurn(ports, run));
}

/** Removes all records of ours that lead a name to instances, and then their health checks. */
export async function withdrawName(
  ports: InstanceRecordPorts,
  { owner }: Pick<RecordsTopology, 'owner'>,
  name: NameKey,
  run: string,
): Promise<void> {
  await takeInTurn(ports, run);
  try {
    const records = (await ports.records.list(name.hostedZoneId, name.recordName)).filter((each) => isOwned(each, owner));
    if (records.length > 0) {
      const id = await ports.records.change(
        name.hostedZoneId,
        records.map((before) => ({ before })),
      );
      const withdrawn = records.flatMap(({ setIdentifier }) => setIdentifier ?? []);
      ports.log.write({ event: 'changed', name: name.recordName, published: [], withdrawn });
      await isEverywhere(ports, id);
    }
    for (const id of orphans(await ports.checks.list(`${owner}/`), { name, records: [] }, owner)) await ports.checks.delete(id);
  } finally {
    await ports.lease.release(run);
  }
}

async function serve(
  ports: InstanceRecordPorts,
  topology: RecordsTopology,
  run: string,
  first: Notes,
  live?: string,
): Promise<RecordsSummary> {
  let outcome: LookOutcome;
  try {
    let notes: Notes | undefined = first;
    let looks = 0;
    do {
      // Who asks for itself is answered soon; every other look is for what is left over, too.
      outcome = await lookAtRecords(ports, topology, notes, { live, isWhole: live === undefined || looks > 0 });
      notes = await ports.lease.finish(run, notes.version, outcome.forget);
    } while (notes !== undefined && ++looks < LOOKS);
    if (notes !== undefined) await ports.lease.release(run);
  } catch (error) {
    await ports.lease.release(run);
    throw error;
  }
  const summary = { settled: outcome.settled, reason: outcome.reason, waiting: outcome.waiting };
  if (outcome.failures.length > 0) throw new RecordsFailed(outcome.failures.join('; '), summary);
  return summary;
}

async function takeInTurn(ports: InstanceRecordPorts, run: string): Promise<Notes> {
  const { clock } = ports;
  const began = clock.elapsed();
  for (;;) {
    const notes = await take(ports, run);
    if (notes !== undefined) return notes;
    if (clock.elapsed() - began > PATIENCE_MS) {
      throw new Error(`another run changed records for ${PATIENCE_MS / 1000} s: read the log of the function, and try again`);
    }
    await clock.sleep(ASK_AGAIN_MS);
  }
}

/** A lease that was taken without anybody hearing of it would hold up all others. */
async function take({ lease, clock }: InstanceRecordPorts, run: string, note?: Note): Promise<Notes | undefined> {
  const now = clock.now();
  try {
    return await lease.take(run, now, now + LEASE_MS, note);
  } catch (error) {
    await lease.release(run);
    throw error;
  }
}
