/** Scenario `reload`: every proxy takes up its configuration anew several times, as for a renewed certificate. No connection is lost. */
import type { Scenario } from './scenario';
import { unnoticed } from './unnoticed';

/** Reloads of each proxy, and simulated seconds between them. */
const TIMES = 8;
const BETWEEN = 1;

export const reload: Scenario = {
  summary: 'every proxy is reloaded over and over: no connection is lost, and no client notices',
  timeScale: 1,
  play: (stage) =>
    unnoticed(stage, async () => {
      const { box, clock, fleet, recorder } = stage;
      for (let time = 1; time <= TIMES; time++) {
        for (const { slot } of fleet.slots) {
          const text = `reload ${time} of ${TIMES}`;
          if (time === 1 && slot === fleet.slots[0]?.slot) recorder.fault(`slot ${slot}`, text, 'info');
          else recorder.event(`slot ${slot}`, 'info', text);
          await box.hosts.reloadProxy(slot);
        }
        await clock.sleep(BETWEEN * 1000);
      }
      return { measures: [] };
    }),
};
