/**
 * Scenario `vip-all-dead`: every proxy dies. Nobody could take the addresses, so none moves; when one proxy is back, it gets them.
 */
import type { VirtualIpTopology } from '../../lib/private/takeover-contract';
import { noticeBudget, returnBudget } from '../template/budgets';
import { sumUp, virtualIpWitnesses } from './clients';
import { allOf, countedMoves, measured } from './expectation';
import type { Outcome, Scenario, Stage } from './scenario';
import { holderOf, moveCount, movesOf, requireVirtualIp } from './takeover-steps';
import { warmUp } from './warm-up';

/** Simulated seconds. */
const BEFORE = { least: 1, most: 2 };
/** Longer than it takes to notice: whoever wanted to move would have done it. */
const QUIET = 2;
const AFTERWARDS = 1;

export const vipAllDead: Scenario = {
  summary: 'every proxy dies: no virtual IP moves, until one proxy is back and gets them',
  timeScale: 1,
  validate: requireVirtualIp,
  play,
};

async function play(stage: Stage): Promise<Outcome> {
  const { fleet, box, clock, recorder, assumptions } = stage;
  const { slot: victim, held } = holderOf(stage);
  if (!fleet.takeover) throw new Error('no virtual IP');
  const slots = fleet.slots.map(({ slot }) => slot);
  const survivor = slots.find((slot) => slot !== victim) ?? victim;
  const budget = returnBudget(fleet, assumptions, clock.timeScale);
  const witnesses = virtualIpWitnesses(held, fleet.takeover, box, budget);
  await warmUp(stage, witnesses, BEFORE);

  recorder.fault(`slot ${victim}`, 'SIGKILL: this proxy is gone, and so is every other');
  for (const slot of slots) if (slot !== victim) recorder.event(`slot ${slot}`, 'fault', 'SIGKILL');
  await Promise.all(slots.map((slot) => box.hosts.killProxy(slot)));
  const broke = { from: 0, until: recorder.since };
  await clock.sleep((noticeBudget(fleet, clock.timeScale).seconds + QUIET) * 1000);
  const moves = fleet.takeover.topology.virtualIps.reduce((sum, each) => sum + moveCount(stage, each), 0);

  const starting = recorder.since;
  await box.hosts.startProxy(survivor);
  const recovery = recorder.since;
  recorder.event(`slot ${survivor}`, 'recovery', 'this proxy is back, the only one');
  const decided = returnBudget(fleet, { ...assumptions, addressMoveSeconds: 0 }, clock.timeScale);
  const back = held.flatMap(({ name }: VirtualIpTopology) =>
    movesOf(recorder, name, decided, budget, `${name}: recovery to AssociateAddress`, starting),
  );
  await allOf(stage, back);
  await clock.sleep(AFTERWARDS * 1000);

  const end = { seconds: recovery / 1000 + budget.seconds, formula: `recovery + ${budget.formula}` };
  return {
    victim,
    measures: [
      countedMoves('moves while all are dead', moves, 0, 'nobody could answer'),
      ...back.map((each) => measured(each, recovery)),
    ],
    clients: witnesses.map((witness) => sumUp({ ...witness, budget: end }, recorder.samplesOf(witness.name), [broke])),
  };
}
