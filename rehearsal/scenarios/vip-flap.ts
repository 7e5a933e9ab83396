/**
 * Scenario `vip-flap`: whichever proxy holds the virtual IP falls sick and is well again soon after, over and over.
 *
 * A holder that is dead is always left, so what bounds the unrest is the cap of moves in a window. Without preemption the rounds go on
 * until the cap must have held. With preemption they end when the address is away from home, and it goes home only when the home slot
 * has been ready for the whole delay.
 */
import { MOVE_LIMITS, type VirtualIpTopology } from '../../lib/private/takeover-contract';
import { ASSOCIATED, laneOf } from '../planes/takeover-service';
import type { Measure } from '../report/result';
import { homecomingBudget, returnBudget } from '../template/budgets';
import { sumUp, virtualIpWitnesses } from './clients';
import { allOf, countedMoves, measured } from './expectation';
import type { Outcome, Scenario, Stage } from './scenario';
import { associatedSlot, holderOf, moveCount, requireVirtualIp } from './takeover-steps';
import { warmUp } from './warm-up';

/** Simulated seconds. Sick for long enough to be noticed, well for less than the cool-down. */
const BEFORE = { least: 1, most: 2 };
const SICK = 3;
const WELL = 2.5;
/** More than the window allows. */
const ROUNDS = MOVE_LIMITS.movesPerWindow + 1;
/** With preemption, so that one move is left for the way home. */
const ROUNDS_BEFORE_HOMECOMING = MOVE_LIMITS.movesPerWindow - 2;

export const vipFlap: Scenario = {
  summary: 'whoever holds a virtual IP falls sick and recovers, over and over: it moves no more often than it may',
  timeScale: 1,
  validate: requireVirtualIp,
  play,
};

async function play(stage: Stage): Promise<Outcome> {
  const { fleet, box, clock, recorder, assumptions } = stage;
  const { slot: victim, held } = holderOf(stage);
  const virtualIp = held[0];
  if (!virtualIp || !fleet.takeover) throw new Error('no virtual IP');
  const preempts = virtualIp.preemptAfterSeconds !== undefined;
  const budget = returnBudget(fleet, assumptions, clock.timeScale);
  const witnesses = virtualIpWitnesses([virtualIp], fleet.takeover, box, budget);
  await warmUp(stage, witnesses, BEFORE);

  let wellAgain = 0;
  let homeWell = 0;
  for (let round = 1; round <= (preempts ? ROUNDS_BEFORE_HOMECOMING : ROUNDS); round++) {
    const sick = await associatedSlot(stage, virtualIp);
    if (sick === undefined) break;
    const text = `SIGSTOP: the proxy hangs, round ${round}`;
    if (round === 1) recorder.fault(`slot ${sick}`, text);
    else recorder.event(`slot ${sick}`, 'fault', text);
    box.hosts.pauseProxy(sick);
    await clock.sleep(SICK * 1000);
    box.hosts.resumeProxy(sick);
    recorder.event(`slot ${sick}`, 'recovery', 'SIGCONT: the proxy answers again');
    wellAgain = recorder.since;
    if (sick === virtualIp.home) homeWell = wellAgain;
    await clock.sleep(WELL * 1000);
  }
  const moves = moveCount(stage, virtualIp);
  const home = preempts ? await homecoming(stage, virtualIp, homeWell) : [];

  const { movesPerWindow, windowSeconds } = MOVE_LIMITS;
  const end = { seconds: wellAgain / 1000 + budget.seconds, formula: `last recovery + ${budget.formula}` };
  return {
    victim,
    measures: [
      countedMoves(`${virtualIp.name}: moves`, moves, movesPerWindow, `${movesPerWindow} moves in ${windowSeconds} s`),
      ...home,
    ],
    clients: witnesses.map((witness) => sumUp({ ...witness, budget: end }, recorder.samplesOf(witness.name))),
  };
}

/**
 * Waits until the address is home, which must be neither too soon nor too late.
 *
 * @param since when the home slot was well again: simulated milliseconds since the fault
 */
async function homecoming(stage: Stage, virtualIp: VirtualIpTopology, since: number): Promise<Measure[]> {
  const { fleet, recorder } = stage;
  const { name, home, preemptAfterSeconds = 0 } = virtualIp;
  if ((await associatedSlot(stage, virtualIp)) === home) return [];
  const least = Math.max(preemptAfterSeconds, MOVE_LIMITS.coolDownSeconds);
  const lane = laneOf(name);
  const expected = {
    name: `${name} goes home, not before ${preemptAfterSeconds} s`,
    lane,
    budget: homecomingBudget(fleet, least),
    happened: () => recorder.first(lane, 'info', { about: ASSOCIATED, since }),
  };
  await allOf(stage, [expected]);
  const measure = measured(expected, since);
  return [{ ...measure, kept: measure.kept && (measure.seconds ?? 0) >= preemptAfterSeconds }];
}
