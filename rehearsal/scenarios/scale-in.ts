/** Scenario `scale-in`: half of an elastic fleet goes at once, drained, and no client notices. */
import { sumUp } from './clients';
import { withdrawal } from './dns-steps';
import { elasticOf, retire } from './elastic-steps';
import { everyone } from './everyone';
import { measured } from './expectation';
import type { Scenario } from './scenario';
import { warmUp } from './warm-up';

/** Simulated seconds. */
const BEFORE = { least: 10, most: 70 };
const AFTERWARDS = 10;

export const scaleIn: Scenario = {
  summary: 'half of an elastic fleet goes at once: each instance is drained, and no client notices',
  timeScale: 10,
  elastic: true,
  play: async (stage) => {
    const { clock, recorder } = stage;
    const elastic = elasticOf(stage);
    const witnesses = everyone(stage);
    await warmUp(stage, witnesses, BEFORE);

    // Of an odd number the larger half.
    const going = elastic.slots.slice(0, Math.ceil(elastic.slots.length / 2)).map(({ slot }) => slot);
    const addresses = going.map((slot) => elastic.addressOf(slot) ?? '');
    const names = going.map((slot) => `slot ${slot}`).join(', ');
    recorder.fault(`slot ${going[0]}`, `the group shrinks by ${going.length}: ${names}`, 'info');
    const drops = addresses.flatMap((address) => withdrawal(stage, elastic.laneOf(address) ?? '', address));
    await Promise.all(going.map((slot) => retire(stage, slot)));
    await clock.sleep(AFTERWARDS * 1000);

    return {
      victim: going.join(', '),
      measures: drops.map((each) => measured(each)),
      clients: witnesses.map((witness) => sumUp(witness, recorder.samplesOf(witness.name), [])),
    };
  },
};
