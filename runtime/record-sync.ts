/**
 * Keeps the records of targets that are auto scaling groups: one record set for each group, with the private addresses of its instances in
 * service.
 *
 * Order of events: look at the zone, then at the groups, then change what differs, all of it in one batch. A change names what it replaces,
 * so Route 53 refuses it when anybody wrote since this run looked, and the run looks again: whoever writes has looked at the groups later
 * than all who wrote before. What is refused for another reason is tried change by change, so that one bad record holds up no other.
 *
 * Gotchas: nothing is remembered between two runs, and events only make the next run come sooner. When the stack goes its rules are gone,
 * but events may be on their way: records are removed until none comes back for as long as one can be.
 */
import type { TargetsTopology } from '../lib/private/targets-contract';
import { TARGETS_EVENT_AGE_SECONDS, TARGETS_PREFIX, TARGETS_TTL_SECONDS } from '../lib/private/targets-contract';
import { planRecords, type RecordChange, type TargetRecord } from './core/plan-records';
import { type RecordPorts, Refused } from './ports';
import { reasonOf } from './reason-of';

const POLICY = { prefix: TARGETS_PREFIX, mostRemoved: 0.5 };

/** Looks of one run; from the second on changes are made one by one. */
const ROUNDS = 3;

/** Milliseconds until a zone that has just taken a change takes another one: nobody has published how long Route 53 works at one. */
const PAUSE_MS = 1500;

/** Seconds between two looks whether a record came back. */
const LOOK_AGAIN_SECONDS = 10;

/** Seconds after which no run writes any more that an event caused which is on its way: a run itself takes a minute at most. */
const LAST_EVENT_SECONDS = TARGETS_EVENT_AGE_SECONDS + 60;

/** Names of the record sets that changed. Throws when some could not. */
export async function syncRecords(ports: RecordPorts, topology: TargetsTopology): Promise<string[]> {
  const done: string[] = [];
  let failures: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const current = await ports.records.list(topology.hostedZoneId);
    const changes = planRecords(current, await desiredRecords(ports, topology), POLICY);
    if (changes.length === 0) return done;
    failures = [];
    for (const batch of round === 0 ? [changes] : changes.map((change) => [change])) {
      const names = batch.map(nameOf);
      if (round > 0) await ports.clock.sleep(PAUSE_MS);
      try {
        await ports.records.change(topology.hostedZoneId, batch);
        done.push(...names);
        ports.log.write({ event: 'changed', names });
      } catch (error) {
        const reason = reasonOf(error);
        ports.log.write({ event: error instanceof Refused ? 'refused' : 'failed', names, reason });
        if (!(error instanceof Refused)) throw error;
        failures.push(`${names.join(', ')}: ${reason}`);
      }
    }
    if (failures.length === 0) return done;
  }
  throw new Error(`records of targets could not be changed: ${failures.join('; ')}`);
}

/** Removes every record of ours, and goes on until none can come back. */
export async function removeRecords(ports: RecordPorts, { hostedZoneId }: TargetsTopology): Promise<void> {
  const { clock, records } = ports;
  const end = clock.elapsed() + LAST_EVENT_SECONDS * 1000;
  for (;;) {
    const changes = planRecords(await records.list(hostedZoneId), [], POLICY);
    if (changes.length > 0) {
      await records.change(hostedZoneId, changes).catch((error: unknown) => {
        // Somebody wrote once more.
        if (!(error instanceof Refused)) throw error;
      });
    } else if (clock.elapsed() >= end) {
      return;
    }
    await clock.sleep(LOOK_AGAIN_SECONDS * 1000);
  }
}

async function desiredRecords({ groups }: RecordPorts, topology: TargetsTopology): Promise<TargetRecord[]> {
  const addresses = await groups.addresses(topology.groups.map(({ groupName }) => groupName));
  return topology.groups.map(({ groupName, recordName }) => ({
    name: recordName,
    ttl: TARGETS_TTL_SECONDS,
    values: addresses.get(groupName) ?? [],
  }));
}

function nameOf({ before, after }: RecordChange): string {
  return (after ?? before)?.name ?? '';
}
