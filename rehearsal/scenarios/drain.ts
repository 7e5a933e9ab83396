/**
 * Scenario `drain`: a proxy is taken out of service in the order of its drain, and no client may notice.
 *
 * Order: clients run for a while -> leaving, until its virtual IPs are elsewhere -> draining: the ready path fails, traffic is served, for
 * as long as the instance was told -> soft stop -> the proxy starts again, and DNS takes its address back.
 */
import { laneOf } from '../planes/takeover-service';
import type { FleetModel } from '../template/model';
import { UsageError } from '../usage-error';
import { sumUp } from './clients';
import { wayBack, withdrawal } from './dns-steps';
import { everyone } from './everyone';
import { allOf, measured } from './expectation';
import type { Outcome, Scenario, Stage } from './scenario';
import { heldBy, holderOf, takeovers } from './takeover-steps';
import { warmUp } from './warm-up';

/** Simulated seconds. */
const BEFORE = { least: 10, most: 70 };
const AFTERWARDS = 5;
const WAY_BACK = 120;

export const drain: Scenario = {
  summary: 'a proxy is drained and stopped: virtual IPs first, then DNS, then the proxy, and no client notices',
  timeScale: 10,
  validate: requireDrain,
  notes: ['The steps of the drain were played with the seconds of the user data; the program itself ran in its own tests.'],
  play,
};

function requireDrain({ stack, drainSeconds }: FleetModel): void {
  if (drainSeconds !== undefined) return;
  throw new UsageError(`the instances of '${stack}' are told of no drain: synthesize with this version of the library`);
}

async function play(stage: Stage): Promise<Outcome> {
  const { fleet, box, clock, random, recorder } = stage;
  const { hosts } = box;
  const slot = fleet.takeover ? holderOf(stage).slot : (fleet.slots[Math.floor(random() * fleet.slots.length)]?.slot ?? '1');
  const lane = `slot ${slot}`;
  const address = fleet.slots.find((each) => each.slot === slot)?.address ?? '';
  const held = heldBy(box, slot);
  const witnesses = everyone(stage);
  const moves = takeovers(stage, held);
  await warmUp(stage, witnesses, BEFORE);

  recorder.fault(lane, 'leaving: its virtual IPs go elsewhere', 'info');
  await hosts.setState(slot, 'leaving');
  await box.takeover?.hint();
  await allOf(stage, moves);

  const draining = recorder.since;
  recorder.event(lane, 'info', 'draining: its ready path fails, traffic is served');
  await hosts.setState(slot, 'draining');
  const drops = withdrawal(stage, lane, address);
  await clock.sleep((fleet.drainSeconds ?? 0) * 1000);

  recorder.event(lane, 'info', 'soft stop: it takes no new connections');
  await hosts.stopProxy(slot);
  const recovery = recorder.since;
  await hosts.startProxy(slot);
  recorder.event(lane, 'recovery', 'the proxy is back');
  const back = wayBack(stage, address, recovery);
  await allOf(stage, back, WAY_BACK);
  await clock.sleep(AFTERWARDS * 1000);

  // An address that moves breaks what is open, as every move of an Elastic IP does.
  const moved = held.flatMap(({ name }) => recorder.all(laneOf(name), 'move')).map((at) => ({ from: at, until: at }));
  return {
    victim: slot,
    measures: [
      ...moves.map((each) => measured(each)),
      ...drops.map((each) => measured(each, draining)),
      ...back.map((each) => measured(each, recovery)),
    ],
    clients: witnesses.map((witness) => sumUp(witness, recorder.samplesOf(witness.name), moved)),
  };
}
