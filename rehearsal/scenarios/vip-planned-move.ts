/**
 * Scenario `vip-planned-move`: an operator orders a virtual IP to another slot, the way the command line writes it. Both proxies are
 * well, so nothing is lost but the connections that are open when the address moves.
 */
import { DECISION_SECONDS } from '../../lib/private/takeover-contract';
import { changeState } from '../../runtime/change-state';
import { applyOrder } from '../../runtime/core/orders';
import { laneOf } from '../planes/takeover-service';
import { orderBudget } from '../template/budgets';
import { NOTHING, sumUp, virtualIpWitnesses } from './clients';
import { allOf, measured } from './expectation';
import type { Outcome, Scenario, Stage } from './scenario';
import { holderOf, movesOf, requireVirtualIp } from './takeover-steps';
import { warmUp } from './warm-up';

/** Simulated seconds. */
const BEFORE = { least: 1, most: 2 };
const AFTERWARDS = 2;
/** How long an order may wait for a move that is under way. */
const ORDER_WITHIN = 60;

export const vipPlannedMove: Scenario = {
  summary: 'an operator moves a virtual IP: no request is lost but those in flight',
  timeScale: 1,
  validate: requireVirtualIp,
  play,
};

async function play(stage: Stage): Promise<Outcome> {
  const { fleet, box, clock, recorder, assumptions } = stage;
  const { slot: from, held } = holderOf(stage);
  const virtualIp = held[0];
  const to = fleet.slots.find(({ slot }) => slot !== from)?.slot;
  if (!box.takeover || !fleet.takeover || !virtualIp || to === undefined) throw new Error('a virtual IP has nowhere to go');
  const { ports, topology } = box.takeover;
  const { name } = virtualIp;
  const lane = laneOf(name);
  const witnesses = virtualIpWitnesses([virtualIp], fleet.takeover, box, NOTHING);
  const decided = { seconds: DECISION_SECONDS, formula: `${DECISION_SECONDS} s decision` };
  const measures = movesOf(recorder, name, decided, orderBudget(assumptions), `${name}: order to AssociateAddress`);
  await warmUp(stage, witnesses, BEFORE);

  recorder.fault(lane, `an operator orders the move from slot ${from} to slot ${to}`, 'info');
  const deadline = clock.now() + ORDER_WITHIN * 1000;
  await changeState(ports, topology, { owner: 'operator', deadline }, (state) =>
    applyOrder(state, { kind: 'move', virtualIp: name, slot: to }, clock.now()),
  );
  await box.takeover.hint();
  await allOf(stage, measures);
  await clock.sleep(AFTERWARDS * 1000);

  const moved = recorder.all(lane, 'move').map((at) => ({ from: at, until: at }));
  return {
    measures: measures.map((each) => measured(each)),
    clients: witnesses.map((witness) => sumUp(witness, recorder.samplesOf(witness.name), moved)),
  };
}
