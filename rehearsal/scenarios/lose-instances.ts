/**
 * What the scenarios have in common in which instances of an elastic fleet die. The name drops their addresses, and new instances take free
 * ones: those of the dead stay with them until the time of their drain is over, because nobody says that it is done.
 */
import { withTtl } from '../template/budgets';
import type { SlotModel } from '../template/model';
import { UsageError } from '../usage-error';
import { nameWitnesses, sumUp } from './clients';
import { playedTtl, recordsOf, withdrawal, withdrawalBudgetOf } from './dns-steps';
import { COMES_WITHIN, elasticOf, findFreeSlot, freeSlot, joins, launch } from './elastic-steps';
import { allOf, measured } from './expectation';
import type { Outcome, Stage } from './scenario';
import { warmUp } from './warm-up';

/** Simulated seconds. */
const BEFORE = { least: 10, most: 70 };
const AFTERWARDS = 5;

export const LAUNCHES_LATER =
  'The group launched other instances when the name had dropped the dead ones; when it notices is not published.';

export interface InstanceLoss {
  /** What is broken, for the timeline. */
  readonly text: string;
  /** Chooses the instances that die among those that there are. */
  readonly choose: (slots: readonly SlotModel[], random: () => number) => SlotModel[];
  /** For how many simulated seconds from the fault on the API is away that makes records; by default not at all. */
  readonly apiAwaySeconds?: number;
  /** Whether the zone of those that die is lost, with whoever observes from there. */
  readonly losesZone?: boolean;
}

/** Any one of them. */
export function anyOne(slots: readonly SlotModel[], random: () => number): SlotModel[] {
  const index = Math.floor(random() * slots.length);
  return slots.slice(index, index + 1);
}

export async function loseInstances(stage: Stage, { text, choose, apiAwaySeconds, losesZone }: InstanceLoss): Promise<Outcome> {
  const { box, clock, fleet, random, recorder } = stage;
  const elastic = elasticOf(stage);
  const chosen = choose(elastic.slots, random);
  const victims = chosen.map(({ slot }) => slot);
  const addresses = victims.map((slot) => elastic.addressOf(slot) ?? '');
  const [record] = recordsOf(fleet, addresses[0] ?? '');
  const away = record && withdrawalBudgetOf(stage, record);
  if (!record || !away)
    throw new UsageError(`no name that drops what is dead leads to '${fleet.stack}': add a MultivalueEndpoint`);
  const ttl = playedTtl(stage, record.ttl);
  const played = { door: box.door, seed: Math.floor(random() * 2 ** 31) };
  const witnesses = nameWitnesses(record.name, played, withTtl(away, ttl));
  const drops = addresses.flatMap((address) => withdrawal(stage, elastic.laneOf(address) ?? '', address));
  await warmUp(stage, witnesses, BEFORE);

  recorder.fault(`slot ${victims[0]}`, text);
  if (apiAwaySeconds !== undefined) elastic.loseApi(apiAwaySeconds);
  const lost = new Set(losesZone ? chosen.map(({ zone }) => zone) : []);
  for (const zone of lost) elastic.loseZone(zone);
  await Promise.all(victims.map((slot) => box.hosts.killHost(slot)));
  const broke = { from: 0, until: recorder.since };
  await allOf(stage, drops);
  await clock.sleep((ttl + AFTERWARDS) * 1000);

  for (const slot of victims) elastic.terminate(slot);
  const began = recorder.since;
  const comes = [];
  const dead = [...victims];
  for (const _ of victims) {
    // There may be no place to spare, as in a small pool, until EC2 has ended one of them.
    if (!findFreeSlot(stage)) elastic.end(dead.shift() ?? '');
    comes.push(...joins(stage, await launch(stage, freeSlot(stage, lost)), began));
  }
  await allOf(stage, comes, COMES_WITHIN);
  for (const slot of dead) elastic.end(slot);
  await clock.sleep(AFTERWARDS * 1000);

  return {
    victim: victims.join(', '),
    measures: [...drops.map((each) => measured(each)), ...comes.map((each) => measured(each, began))],
    clients: witnesses.map((witness) => sumUp(witness, recorder.samplesOf(witness.name), [broke])),
  };
}
