/**
 * Scenario `target-loss`: all targets but one die, one after the other, and come back. Proxies send what changes nothing to another target,
 * so that no client notices, and stay in DNS all the time.
 */
import { UsageError } from '../usage-error';
import type { Scenario } from './scenario';
import { unnoticed } from './unnoticed';

/** Simulated seconds, as long as three checks of a target and a little more. */
const DEAD = 20;
const BETWEEN = 3;

export const targetLoss: Scenario = {
  summary: 'targets die and come back: requests go to those that are left, and no client notices',
  timeScale: 1,
  play: (stage) =>
    unnoticed(stage, async () => {
      const { box, clock, recorder, fleet } = stage;
      const [, ...victims] = box.targets.names;
      if (victims.length === 0) {
        throw new UsageError(
          `the proxies of '${fleet.stack}' have 1 target, and without it nothing can be served: add a second one`,
        );
      }
      const [first = '', ...more] = victims;
      recorder.fault(first, 'SIGKILL: the target is gone, its port refuses');
      await box.targets.kill(first);
      for (const name of more) {
        await clock.sleep(BETWEEN * 1000);
        recorder.event(name, 'down', 'SIGKILL: the target is gone, its port refuses');
        await box.targets.kill(name);
      }
      await clock.sleep(DEAD * 1000);
      for (const name of victims) {
        await box.targets.start(name);
        recorder.event(name, 'recovery', 'the target is back');
      }
      await clock.sleep(DEAD * 1000);
      return { measures: [] };
    }),
};
