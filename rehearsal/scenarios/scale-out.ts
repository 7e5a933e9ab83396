/** Scenario `scale-out`: a new instance joins an elastic fleet, and no client notices. */
import { sumUp } from './clients';
import { COMES_WITHIN, freeSlot, joins, launch } from './elastic-steps';
import { everyone } from './everyone';
import { allOf, measured } from './expectation';
import type { Scenario } from './scenario';
import { warmUp } from './warm-up';

/** Simulated seconds. */
const BEFORE = { least: 10, most: 40 };
const AFTERWARDS = 60;

export const scaleOut: Scenario = {
  summary: 'an elastic fleet grows by one: a new instance takes an address and comes into the answers, and no client notices',
  timeScale: 10,
  elastic: true,
  play: async (stage) => {
    const { clock, recorder } = stage;
    const witnesses = everyone(stage);
    await warmUp(stage, witnesses, BEFORE);

    const slot = freeSlot(stage);
    recorder.fault(`slot ${slot.slot}`, 'the group grows by one', 'info');
    const address = await launch(stage, slot);
    const comes = joins(stage, address, 0);
    await allOf(stage, comes, COMES_WITHIN);
    await clock.sleep(AFTERWARDS * 1000);

    return {
      victim: undefined,
      measures: comes.map((each) => measured(each)),
      clients: witnesses.map((witness) => sumUp(witness, recorder.samplesOf(witness.name), [])),
    };
  },
};
