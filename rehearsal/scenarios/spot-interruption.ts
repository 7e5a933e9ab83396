/** Scenario `spot-interruption`: EC2 takes an instance of an elastic fleet back, two minutes after it has said so. */
import { withTtl } from '../template/budgets';
import { UsageError } from '../usage-error';
import { NOTHING, nameWitnesses, sumUp } from './clients';
import { playedTtl, recordsOf, withdrawalBudgetOf } from './dns-steps';
import { COMES_WITHIN, elasticOf, freeSlot, joins, launch, retire } from './elastic-steps';
import { allOf, measured } from './expectation';
import type { Scenario } from './scenario';
import { warmUp } from './warm-up';

/** Simulated seconds. */
const BEFORE = { least: 10, most: 40 };
const AFTERWARDS = 10;

/** Seconds between the warning and the end. Source: EC2 user guide, "Spot Instance interruption notices". */
const NOTICE_SECONDS = 120;

export const spotInterruption: Scenario = {
  summary: 'EC2 takes an instance of an elastic fleet back two minutes after it has said so, while another one comes',
  timeScale: 10,
  elastic: true,
  notes: ['The group launched another instance at once; when it does so is not published.'],
  play: async (stage) => {
    const { box, clock, fleet, random, recorder } = stage;
    const elastic = elasticOf(stage);
    const victim = elastic.slots[Math.floor(random() * elastic.slots.length)];
    const [record] = recordsOf(fleet, elastic.addressOf(victim?.slot ?? '') ?? '');
    const away = record && withdrawalBudgetOf(stage, record);
    if (!victim || !record || !away)
      throw new UsageError(`no name that drops what is dead leads to '${fleet.stack}': add a MultivalueEndpoint`);
    const isEnough = (fleet.drainSeconds ?? 0) <= NOTICE_SECONDS;
    const budget = isEnough ? NOTHING : withTtl(away, playedTtl(stage, record.ttl));
    const witnesses = nameWitnesses(record.name, { door: box.door, seed: Math.floor(random() * 2 ** 31) }, budget);
    await warmUp(stage, witnesses, BEFORE);

    recorder.fault(`slot ${victim.slot}`, `EC2 takes the instance back in ${NOTICE_SECONDS} s`, 'info');
    elastic.interrupt(victim.slot);
    const [, address] = await Promise.all([retire(stage, victim.slot, NOTICE_SECONDS), launch(stage, freeSlot(stage))]);
    const comes = joins(stage, address, 0);
    await allOf(stage, comes, COMES_WITHIN);
    await clock.sleep(AFTERWARDS * 1000);

    return {
      victim: victim.slot,
      measures: comes.map((each) => measured(each)),
      clients: witnesses.map((witness) => sumUp(witness, recorder.samplesOf(witness.name), [])),
    };
  },
};
