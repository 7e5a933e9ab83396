/** Whom the scenarios break: whoever holds the virtual IP when the fault comes, which may be another slot than at the start. */
import { ScaledClock } from '../../../rehearsal/clock';
import { ASSOCIATED, laneOf } from '../../../rehearsal/planes/takeover-service';
import { Recorder } from '../../../rehearsal/recorder';
import { loseHolder } from '../../../rehearsal/scenarios/lose-holder';
import { loseProxy } from '../../../rehearsal/scenarios/lose-proxy';
import type { Stage } from '../../../rehearsal/scenarios/scenario';

const ALLOCATION = 'eipalloc-1';

/** A stage on which the virtual IP moves from slot 1 to slot 3 as soon as clients have started. */
function restlessStage(broken: string[]) {
  const virtualIps = [{ name: 'Vip', allocationId: ALLOCATION, home: '1' }];
  const clock = new ScaledClock(1000);
  let holder = '1';
  const recorder = new Recorder(clock, () => {});
  const stage = {
    fleet: {
      stack: 'S',
      slots: ['1', '2', '3'].map((slot) => ({ slot, address: `127.0.0.${slot}` })),
      zones: [],
      healthChecks: [],
      takeover: { topology: { virtualIps }, addresses: new Map([[ALLOCATION, '127.0.0.9']]) },
    },
    box: {
      takeover: { topology: { virtualIps }, holderOf: () => holder },
      startClient: (name: string) => {
        holder = '3';
        recorder.sample(name, { at: clock.now(), ms: 1, ok: true, tried: 1 });
      },
    },
    clock,
    random: () => 0,
    recorder,
    assumptions: { propagationSeconds: 10, addressMoveSeconds: 10 },
    onReady: () => {},
  } as unknown as Stage;
  const fault = async (slot: string) => {
    broken.push(slot);
    holder = '2';
    recorder.event(laneOf('Vip'), 'info', 'associated', { about: ASSOCIATED });
    recorder.event(laneOf('Vip'), 'move', 'traffic follows');
  };
  return { stage, fault };
}

test('a virtual IP that moved before the fault is looked for where it is then', async () => {
  const broken: string[] = [];

  const proxy = restlessStage(broken);
  const lost = await loseProxy(proxy.stage, { text: 'gone', fault: proxy.fault, recovery: async () => {} });
  const holder = restlessStage(broken);
  const left = await loseHolder(holder.stage, { text: 'gone', fault: holder.fault });

  expect(broken).toEqual(['3', '3']);
  expect([lost.victim, left.victim]).toEqual(['3', '3']);
});
