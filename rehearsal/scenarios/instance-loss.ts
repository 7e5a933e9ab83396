/** Scenario `instance-loss`: an instance of an elastic fleet dies. */
import { anyOne, LAUNCHES_LATER, loseInstances } from './lose-instances';
import type { Scenario } from './scenario';

export const instanceLoss: Scenario = {
  summary: 'an instance of an elastic fleet dies: the name drops its address, and a new instance takes a free one',
  timeScale: 10,
  elastic: true,
  notes: [LAUNCHES_LATER],
  play: (stage) =>
    loseInstances(stage, {
      text: 'the host is dead',
      choose: anyOne,
    }),
};
