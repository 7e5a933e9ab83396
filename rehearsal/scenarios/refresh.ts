/** Scenario `refresh`: every instance of an elastic fleet is replaced, a new one before an old one, and no client notices. */
import { sumUp } from './clients';
import { COMES_WITHIN, elasticOf, freeSlot, joins, launch, retire } from './elastic-steps';
import { everyone } from './everyone';
import { allOf, measured } from './expectation';
import type { Scenario } from './scenario';
import { warmUp } from './warm-up';

/** Simulated seconds. */
const BEFORE = { least: 10, most: 40 };
const AFTERWARDS = 10;

export const refresh: Scenario = {
  summary: 'every instance of an elastic fleet is replaced, a new one before an old one, and no client notices',
  timeScale: 10,
  elastic: true,
  notes: [
    'The refresh went on as soon as a new instance was in the answers and an old one gone; EC2 Auto Scaling waits for the warm-up besides.',
  ],
  play: async (stage) => {
    const { clock, recorder } = stage;
    const elastic = elasticOf(stage);
    const witnesses = everyone(stage);
    await warmUp(stage, witnesses, BEFORE);

    const old = elastic.slots.map(({ slot }) => slot);
    recorder.fault(`slot ${old[0]}`, `the instances of slots ${old.join(', ')} are replaced`, 'info');
    const measures = [];
    for (const slot of old) {
      const began = recorder.since;
      const comes = joins(stage, await launch(stage, freeSlot(stage)), began);
      await allOf(stage, comes, COMES_WITHIN);
      measures.push(...comes.map((each) => measured(each, began)));
      await retire(stage, slot);
    }
    await clock.sleep(AFTERWARDS * 1000);

    return {
      victim: old.join(', '),
      measures,
      clients: witnesses.map((witness) => sumUp(witness, recorder.samplesOf(witness.name), [])),
    };
  },
};
