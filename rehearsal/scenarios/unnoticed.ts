/** What the scenarios have in common in which something happens that no client may notice. */
import { sumUp } from './clients';
import { everyone } from './everyone';
import type { Outcome, Stage } from './scenario';
import { warmUp } from './warm-up';

/** Simulated seconds. */
const BEFORE = { least: 1, most: 2 };
const AFTERWARDS = 2;

export async function unnoticed(stage: Stage, happens: () => Promise<Omit<Outcome, 'clients'>>): Promise<Outcome> {
  const { clock, recorder } = stage;
  const witnesses = everyone(stage);
  await warmUp(stage, witnesses, BEFORE);

  const outcome = await happens();
  await clock.sleep(AFTERWARDS * 1000);

  // Not even what is under way may be lost: nothing breaks a connection of a client.
  return { ...outcome, clients: witnesses.map((witness) => sumUp(witness, recorder.samplesOf(witness.name), [])) };
}
