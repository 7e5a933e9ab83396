/**
 * Scenario `hang`: a proxy accepts connections and never answers, which no client can tell from a slow one. Its watchdog and its guard make
 * it refuse, so that clients that try the next address move on, and systemd starts it again.
 *
 * Order: clients run for a while -> SIGSTOP -> the guard kills the process -> it is started again, as its unit says.
 */
import { GUARD } from '../../lib/private/contract';
import type { FleetModel } from '../template/model';
import { UsageError } from '../usage-error';
import { sumUp } from './clients';
import { everyone } from './everyone';
import { allOf, type Expectation, measured } from './expectation';
import type { Outcome, Scenario, Stage } from './scenario';
import { warmUp } from './warm-up';

/** Simulated seconds. */
const BEFORE = { least: 1, most: 2 };
const AFTERWARDS = 3;
/** What the watchdog and the guard promise together, in seconds. */
const REFUSES = { seconds: 3, formula: '3 s watchdog and guard' };
const BACK = {
  seconds: REFUSES.seconds + GUARD.patienceSeconds,
  formula: `${REFUSES.formula} + ${GUARD.patienceSeconds} s until it is well again`,
};

export const hang: Scenario = {
  summary: 'a proxy hangs, it accepts and never answers: its guard makes it refuse, and clients that retry move on',
  timeScale: 1,
  validate: requirePrograms,
  notes: ['Ports that a guard would reject stay open here: it takes a packet filter of its own.'],
  play,
};

function requirePrograms({ stack, programs }: FleetModel): void {
  if (programs) return;
  throw new UsageError(
    `the programs that the instances of '${stack}' fetch are not here: name the folder that 'cdk synth' wrote, not a template alone`,
  );
}

async function play(stage: Stage): Promise<Outcome> {
  const { fleet, box, clock, random, recorder } = stage;
  const slot = fleet.slots[Math.floor(random() * fleet.slots.length)]?.slot ?? '1';
  const lane = `slot ${slot}`;
  const witnesses = everyone(stage);
  await box.hosts.guard(slot);
  await warmUp(stage, witnesses, BEFORE);

  recorder.fault(lane, 'SIGSTOP: the proxy accepts connections and never answers');
  let refused: number | undefined;
  let back: number | undefined;
  const life = box.hosts.hangProxy(slot, {
    onEnd: () => {
      refused = recorder.since;
      recorder.event(lane, 'down', 'its guard has killed it: its port refuses');
    },
    onStart: () => {
      back = recorder.since;
      recorder.event(lane, 'recovery', 'the proxy is back');
    },
  });
  const measures: Expectation[] = [
    { name: 'a hung proxy refuses', lane, budget: REFUSES, happened: () => refused },
    { name: 'it serves again', lane, budget: BACK, happened: () => back },
  ];
  await allOf(stage, measures);
  await life;
  await clock.sleep(AFTERWARDS * 1000);

  const broke = { from: 0, until: refused ?? 0 };
  return {
    victim: slot,
    measures: measures.map((each) => measured(each)),
    clients: witnesses.map((witness) => {
      const budget = witness.options.kind === 'next-address' ? witness.budget : BACK;
      return sumUp({ ...witness, budget }, recorder.samplesOf(witness.name), [broke]);
    }),
  };
}
