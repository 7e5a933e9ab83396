import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../ports';

/** The clock of the machine, the only one in these functions. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (milliseconds) => wait(milliseconds),
};
