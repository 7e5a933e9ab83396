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
import {
  TARGETS_EVENT_AGE_SECONDS,
  TARGETS_PREFIX,
  TARGETS_TIMEOUT_SECONDS,
  TARGETS_TTL_SECONDS,
  type TargetsTopology,
} from '../lib/private/targets-contract';
import type { AddressRecord, RecordChange } from './core/address-record';
import { planRecords, type RecordPolicy } from './core/plan-records';
import { ZONE_PAUSE_MS } from './core/record-sets';
import { type RecordPorts, Refused } from './ports';
import { reasonOf } from './reason-of';

const KEEP: RecordPolicy = { mostRemoved: 0.5 };
const PRUNE: RecordPolicy = { ...KEEP, prefix: TARGETS_PREFIX };

/** Looks of one run; from the second on changes are made one by one. */
const ROUNDS = 3;

/** Most addresses of a name: three times what a proxy takes up, and a quarter of what Route 53 takes. Source: developer guide, "Quotas". */
const MOST_VALUES = 100;

/** Seconds between two looks whether a record came back. */
const LOOK_AGAIN_SECONDS = 10;

/** Seconds after which no run writes any more that an event caused which is on its way: a run itself takes a minute at most. */
const LAST_EVENT_SECONDS = TARGETS_EVENT_AGE_SECONDS + 60;

/** Seconds after which a removal is given up, while Lambda leaves time to say so. */
const GIVE_UP_SECONDS = TARGETS_TIMEOUT_SECONDS - 60;

/**
 * Names of the record sets that changed. Throws when some could not. That of a group that is none of the topology any more stays, because
 * proxies that are not replaced yet ask for it.
 */
export async function syncRecords(ports: RecordPorts, topology: TargetsTopology): Promise<string[]> {
  return sync(ports, topology, KEEP);
}

/** As `syncRecords()`, once no proxy asks any more for a name that no group has. */
export async function pruneRecords(ports: RecordPorts, topology: TargetsTopology): Promise<string[]> {
  return sync(ports, topology, PRUNE);
}

async function sync(ports: RecordPorts, topology: TargetsTopology, policy: RecordPolicy): Promise<string[]> {
  const done: string[] = [];
  let failures: string[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const current = await targetRecords(ports, topology.hostedZoneId);
    const changes = planRecords(current, await desiredRecords(ports, topology), policy);
    if (changes.length === 0) return done;
    failures = [];
    for (const batch of round === 0 ? [changes] : changes.map((change) => [change])) {
      const names = batch.map(nameOf);
      if (round > 0) await ports.clock.sleep(ZONE_PAUSE_MS);
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

/**
 * Makes the zone fit for names that come late, and then their records: a proxy asks from its start on, also before the first target is there,
 * and would be told for minutes that there is none.
 */
export async function makeRecords(ports: RecordPorts, topology: TargetsTopology): Promise<void> {
  await ports.records.shortenNegativeAnswers(topology.hostedZoneId, TARGETS_TTL_SECONDS);
  await ports.clock.sleep(ZONE_PAUSE_MS);
  await syncRecords(ports, topology);
}

/** Removes every record of ours, and goes on until none can come back. Throws when they still do by then. */
export async function removeRecords(ports: RecordPorts, { hostedZoneId }: TargetsTopology): Promise<void> {
  const { clock, records } = ports;
  const began = clock.elapsed();
  for (let waited = 0; waited < GIVE_UP_SECONDS; waited = (clock.elapsed() - began) / 1000) {
    const changes = planRecords(await targetRecords(ports, hostedZoneId), [], PRUNE);
    if (changes.length > 0) {
      await records.change(hostedZoneId, changes).catch((error: unknown) => {
        // Somebody wrote once more.
        if (!(error instanceof Refused)) throw error;
      });
    } else if (waited >= LAST_EVENT_SECONDS) {
      return;
    }
    await clock.sleep(LOOK_AGAIN_SECONDS * 1000);
  }
  throw new Error(`records of targets come back for ${GIVE_UP_SECONDS} s: find out who makes them, and delete the stack again`);
}

async function targetRecords({ records }: RecordPorts, hostedZoneId: string): Promise<AddressRecord[]> {
  return (await records.list(hostedZoneId)).filter(({ type }) => type === 'A');
}

async function desiredRecords({ groups }: RecordPorts, topology: TargetsTopology): Promise<AddressRecord[]> {
  const addresses = await groups.addresses(topology.groups.map(({ groupName }) => groupName));
  return topology.groups.map(({ groupName, recordName }) => ({
    name: recordName,
    type: 'A',
    ttl: TARGETS_TTL_SECONDS,
    values: [...(addresses.get(groupName) ?? [])].sort().slice(0, MOST_VALUES),
  }));
}

function nameOf({ before, after }: RecordChange): string {
  return (after ?? before)?.name ?? '';
}
