/** What the scenarios have in common in which a holder of virtual IPs breaks and another slot adopts them. */
import { takeoverBudget } from '../template/budgets';
import { sumUp, virtualIpWitnesses, type Witness } from './clients';
import { allOf, type Expectation, measured } from './expectation';
import type { Outcome, Stage } from './scenario';
import { holderOf, takeovers } from './takeover-steps';
import { warmUp } from './warm-up';

/** Simulated seconds. Longer than a watchdog's interval and a round of adverts, so that the fault meets them at a random moment. */
const BEFORE = { least: 1, most: 2 };
const AFTERWARDS = 1;

/** What a dead host looks like here. */
export const DEAD_HOST =
  'A dead host refuses connections here, and on AWS nobody would answer: probes were given the time that this takes, clients were not.';

export interface Loss {
  /** What is broken, for the timeline. */
  readonly text: string;
  /** Breaks the slot at once. */
  readonly fault: (slot: string) => Promise<void> | void;
  /** Clients in place of those that know the virtual IPs only. */
  readonly witnesses?: () => Witness[];
  /** What is measured besides; nobody waits for it. */
  readonly beside?: () => Expectation[];
}

export async function loseHolder(stage: Stage, { text, fault, ...more }: Loss): Promise<Outcome> {
  const { fleet, box, clock, recorder, assumptions } = stage;
  const budget = takeoverBudget(fleet, assumptions, clock.timeScale);
  const witnesses =
    more.witnesses?.() ?? (fleet.takeover ? virtualIpWitnesses(holderOf(stage).held, fleet.takeover, box, budget) : []);
  await warmUp(stage, witnesses, BEFORE);
  // A busy machine may have made them move meanwhile.
  const { slot: victim, held } = holderOf(stage);
  const measures = takeovers(stage, held);

  recorder.fault(`slot ${victim}`, text);
  await fault(victim);
  const broke = { from: 0, until: recorder.since };
  await allOf(stage, measures);
  await clock.sleep(AFTERWARDS * 1000);

  return {
    victim,
    measures: [
      ...measures.map((each) => measured(each)),
      // What has not happened here was not needed.
      ...(more.beside?.() ?? []).map((each) => ({ ...measured(each), kept: true })),
    ],
    clients: witnesses.map((witness) => sumUp(witness, recorder.samplesOf(witness.name), [broke])),
  };
}
