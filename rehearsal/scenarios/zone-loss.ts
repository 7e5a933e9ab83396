/** Scenario `zone-loss`: a zone fails, and with it all instances of an elastic fleet that are in it. */
import { LAUNCHES_LATER, loseInstances } from './lose-instances';
import type { Scenario } from './scenario';

export const zoneLoss: Scenario = {
  summary:
    'a zone fails with all instances of an elastic fleet in it: the name drops their addresses, and new instances take free ones',
  timeScale: 10,
  elastic: true,
  notes: [LAUNCHES_LATER, 'The hosts of the zone refused connections here, and on AWS nobody would answer.'],
  play: (stage) =>
    loseInstances(stage, {
      text: 'the zone is gone',
      losesZone: true,
      choose: (slots, random) => {
        const zones = [...new Set(slots.map(({ zone }) => zone))];
        const lost = zones[Math.floor(random() * zones.length)];
        return slots.filter(({ zone }) => zone === lost);
      },
    }),
};
