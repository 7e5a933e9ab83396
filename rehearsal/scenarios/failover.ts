/**
 * Scenario `failover`: every proxy behind the primary of a name dies, as when its Region does, and all come back later.
 *
 * Order: clients run for a while -> kill at a random phase of TTL and checkers -> wait until the name leads to its secondary and every
 * cache has forgotten the primary -> start the proxies again -> wait until the name leads to the primary again.
 */
import { laneOfName } from '../box';
import type { RecordSet } from '../dns/records';
import { recordsBelow } from '../dns/records-below';
import { type EndpointCheck, isWatching } from '../health/health-check';
import { detectionBudget, dnsBudget, withdrawalBudget } from '../template/budgets';
import type { FleetModel, SlotModel } from '../template/model';
import { UsageError } from '../usage-error';
import { nameWitnesses, sumUp } from './clients';
import { playedTtl } from './dns-steps';
import { allOf, type Expectation, measured } from './expectation';
import type { Outcome, Scenario, Stage } from './scenario';
import { warmUp } from './warm-up';

/** Simulated seconds. */
const BEFORE = { least: 10, most: 70 };
const AFTERWARDS = 5;
/** Bound on the way back: rise of all checkers, probe timeouts and propagation, whatever they are. */
const WAY_BACK = 120;

export const failover: Scenario = {
  summary: 'every proxy of a primary dies: its name fails over to the secondary, and back again',
  timeScale: 10,
  validate: pairOf,
  play,
};

interface Pair {
  readonly name: string;
  /** What the primary leads to, aliases followed. */
  readonly primary: readonly RecordSet[];
  readonly secondary: readonly RecordSet[];
  /** Slots of the fleet behind the primary. */
  readonly slots: readonly SlotModel[];
  /** The slowest of those that judge the slots. */
  readonly check: EndpointCheck;
}

/** The first name whose primary leads to the fleet. */
function pairOf({ stack, zones, slots, healthChecks }: FleetModel): Pair {
  const records = zones.flatMap((zone) => zone.records).filter(({ type }) => type === 'A');
  const below = (record: RecordSet) => (record.alias ? recordsBelow(zones, record.alias.name) : [record]);
  for (const record of records) {
    const other = records.find(({ name, routing }) => name === record.name && roleOf(routing) === 'SECONDARY');
    if (roleOf(record.routing) !== 'PRIMARY' || !other) continue;
    const [primary, secondary] = [below(record), below(other)];
    const behind = slots.filter(({ address }) => primary.some(({ values }) => values.includes(address)));
    const ids = new Set(primary.map(({ healthCheckId }) => healthCheckId));
    const [check] = healthChecks
      .filter(isWatching)
      .filter(({ id }) => ids.has(id))
      .sort((one, two) => detectionBudget(two).seconds - detectionBudget(one).seconds);
    if (behind.length > 0 && check) return { name: record.name, primary, secondary, slots: behind, check };
  }
  throw new UsageError(
    `no PRIMARY of '${stack}' leads to its fleet, so no name could fail over: add a FailoverEndpoint whose primary is the fleet`,
  );
}

function roleOf(routing: RecordSet['routing']): string | undefined {
  return routing.policy === 'failover' ? routing.role : undefined;
}

async function play(stage: Stage): Promise<Outcome> {
  const { fleet, box, clock, random, recorder, assumptions } = stage;
  const { name, primary, secondary, slots, check } = pairOf(fleet);
  const ttl = playedTtl(stage, Math.max(...primary.map((record) => record.ttl)));
  const budget = dnsBudget(check, ttl, assumptions);
  const lane = laneOfName(name);
  const arrival = (what: string, records: readonly RecordSet[], since?: number): Expectation => ({
    name: `${name} leads to its ${what}`,
    lane,
    ...(since === undefined && { budget: withdrawalBudget(check, assumptions) }),
    happened: () => {
      const times = records
        .flatMap(({ values }) => values)
        .map((about) => recorder.first(lane, 'up', { about, since: since ?? 0 }));
      const known = times.filter((time) => time !== undefined);
      return known.length > 0 ? Math.min(...known) : undefined;
    },
  });
  const witnesses = nameWitnesses(name, { door: box.door, seed: Math.floor(random() * 2 ** 31) }, budget);
  await warmUp(stage, witnesses, BEFORE);

  const names = slots.map(({ slot }) => slot);
  for (const slot of names) recorder.fault(`slot ${slot}`, 'SIGKILL: the proxy is gone, its port refuses');
  await Promise.all(names.map((slot) => box.hosts.killProxy(slot)));
  const broke = { from: 0, until: recorder.since };
  const there = arrival('secondary', secondary);
  await allOf(stage, [there]);
  await clock.sleep((ttl + AFTERWARDS) * 1000);

  const recovery = recorder.since;
  await Promise.all(names.map((slot) => box.hosts.startProxy(slot)));
  for (const slot of names) recorder.event(`slot ${slot}`, 'recovery', 'the proxy is back');
  const back = arrival('primary', primary, recovery);
  await allOf(stage, [back], WAY_BACK);
  await clock.sleep(AFTERWARDS * 1000);

  return {
    victim: names.join(', '),
    measures: [measured(there), measured(back, recovery)],
    clients: witnesses.map((witness) => sumUp({ ...witness, budget }, recorder.samplesOf(witness.name), [broke])),
  };
}
