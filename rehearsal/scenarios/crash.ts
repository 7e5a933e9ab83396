/**
 * Scenario `crash`: a proxy dies at once (SIGKILL, so that its port refuses) and comes back later.
 *
 * Order: clients run for a while -> kill at a random phase of TTL, checkers and sweep -> wait until DNS has dropped the address, every
 * cache has forgotten it and the virtual IP has moved -> start the proxy again -> wait until its address is back in the answers.
 */
import { laneOfName } from '../box';
import type { RecordSet } from '../dns/records';
import { laneOf } from '../planes/takeover-service';
import type { Measure } from '../report/result';
import { type Budget, detectionBudget, takeoverBudget, withdrawalBudget } from '../template/budgets';
import type { FleetModel } from '../template/model';
import { sumUp, witnessesOf } from './clients';
import type { Outcome, Stage } from './scenario';

/** Simulated seconds. */
const BEFORE = { least: 10, most: 70 };
const AFTERWARDS = 5;
/** How much longer than its budget something may take before nobody waits for it any more. */
const PATIENCE = 20;
/** Bound on the way back: rise of all checkers, probe timeouts and propagation, whatever they are. */
const WAY_BACK = 120;

export async function crash(stage: Stage): Promise<Outcome> {
  const { fleet, box, clock, random, recorder, assumptions } = stage;
  const held = fleet.takeover?.topology.virtualIps[0];
  const victim =
    (held && box.takeover?.holderOf(held.allocationId)) ?? fleet.slots[Math.floor(random() * fleet.slots.length)]?.slot ?? '1';
  const ttl = (seconds: number) => Math.max(1, Math.ceil(seconds / clock.timeScale)) * clock.timeScale;
  const witnesses = witnessesOf(fleet, victim, held, {
    port: box.clientPort,
    seed: Math.floor(random() * 2 ** 31),
    ttl,
    assumptions,
  });
  const measures = expectations(stage, victim, held?.name);
  const ttls = fleet.zones.flatMap(({ records }) => records.map((record) => ttl(record.ttl)));

  const before = BEFORE.least + random() * (BEFORE.most - BEFORE.least);
  recorder.expectFault(clock.now() + before * 1000);
  stage.onReady(
    `ready: ${fleet.slots.length} proxies, ${witnesses.length} clients; the fault comes after ${Math.round(before)} simulated seconds`,
  );
  for (const { name, options } of witnesses) box.startClient(name, options);
  await clock.sleep(before * 1000);

  const gone = box.killProxy(victim);
  recorder.fault(`slot ${victim}`, 'SIGKILL: the proxy is gone, its port refuses');
  await gone;
  const longest = Math.max(...measures.map(({ budget }) => budget.seconds), 0) + PATIENCE;
  await until(stage, longest, () => measures.every(({ happened }) => happened() !== undefined));
  await clock.sleep((Math.max(0, ...ttls) + AFTERWARDS) * 1000);

  const recovery = recorder.since;
  await box.startProxy(victim);
  recorder.event(`slot ${victim}`, 'recovery', 'the proxy is back');
  const back = wayBack(stage, victim, recovery);
  await until(stage, WAY_BACK, () => back.every(({ happened }) => happened() !== undefined));
  await clock.sleep(AFTERWARDS * 1000);

  return {
    victim,
    measures: [...measures.map((each) => measured(each, 0)), ...back.map((each) => measured(each, recovery))],
    clients: witnesses.map((witness) => sumUp(witness, recorder.samplesOf(witness.name))),
  };
}

/** Something that must happen, and when it did: simulated milliseconds since the fault. */
interface Expectation {
  readonly name: string;
  readonly lane: string;
  readonly budget: Budget;
  readonly happened: () => number | undefined;
}

function expectations({ fleet, recorder, assumptions }: Stage, victim: string, virtualIp: string | undefined): Expectation[] {
  const { address = '' } = fleet.slots.find(({ slot }) => slot === victim) ?? {};
  const check = fleet.healthChecks.find(({ ipAddress }) => ipAddress === address);
  return [
    ...(check
      ? [
          {
            name: 'detection',
            lane: `slot ${victim}`,
            budget: detectionBudget(check),
            happened: () => recorder.first(`slot ${victim}`, 'down'),
          },
        ]
      : []),
    ...recordsOf(fleet, address).flatMap(({ name, healthCheckId }) => {
      const own = fleet.healthChecks.find(({ id }) => id === healthCheckId);
      const lane = laneOfName(name);
      return own
        ? [
            {
              name: `${name} drops the address`,
              lane,
              budget: withdrawalBudget(own, assumptions),
              happened: () => recorder.first(lane, 'down', { about: address }),
            },
          ]
        : [];
    }),
    ...(fleet.takeover && virtualIp !== undefined
      ? [
          {
            name: `${virtualIp} moves`,
            lane: laneOf(virtualIp),
            budget: takeoverBudget(fleet.takeover.sweepSeconds, assumptions),
            happened: () => recorder.first(laneOf(virtualIp), 'move'),
          },
        ]
      : []),
  ];
}

/** The way back has no budget: nobody suffers from it. */
function wayBack({ fleet, recorder }: Stage, victim: string, since: number): Omit<Expectation, 'budget'>[] {
  const { address = '' } = fleet.slots.find(({ slot }) => slot === victim) ?? {};
  return recordsOf(fleet, address).map(({ name }) => ({
    name: `${name} takes the address back`,
    lane: laneOfName(name),
    happened: () => recorder.first(laneOfName(name), 'up', { since, about: address }),
  }));
}

/** One record for each name that leads to the address. */
function recordsOf(fleet: FleetModel, address: string): RecordSet[] {
  const records = fleet.zones.flatMap(({ records: all }) => all).filter(({ values }) => values.includes(address));
  return records.filter((record, index) => records.findIndex(({ name }) => name === record.name) === index);
}

function measured(
  { name, lane, budget, happened }: Omit<Expectation, 'budget'> & { budget?: Budget },
  startsAt: number,
): Measure {
  const at = happened();
  const seconds = at === undefined ? undefined : Math.round((at - startsAt) / 100) / 10;
  return {
    name,
    seconds,
    budget: budget?.seconds,
    formula: budget?.formula,
    lane,
    startsAt: startsAt === 0 ? undefined : Math.round(startsAt / 100) / 10,
    kept: seconds !== undefined && (budget === undefined || seconds <= budget.seconds),
  };
}

async function until({ clock }: Stage, seconds: number, done: () => boolean): Promise<void> {
  const deadline = clock.now() + seconds * 1000;
  while (!done() && clock.now() < deadline) await clock.sleep(500);
}
