/** Scenario `api-loss`: Route 53's API is away for an hour, and an instance of an elastic fleet dies meanwhile. */
import type { FleetModel } from '../template/model';
import { UsageError } from '../usage-error';
import { anyOne, LAUNCHES_LATER, loseInstances } from './lose-instances';
import type { Scenario } from './scenario';

export const apiLoss: Scenario = {
  summary:
    "an instance of an elastic fleet dies while Route 53's API is away for an hour: answers drop it, and new ones wait for it",
  timeScale: 20,
  elastic: true,
  validate: ({ stack, records, healthChecks }: FleetModel) => {
    if (healthChecks.some(({ type }) => type === 'PROBED')) {
      throw new UsageError(
        `private proxies of '${stack}' leave the answers by Route 53's API, so while it is away none does: choose a public fleet`,
      );
    }
    if (records !== undefined) return;
    throw new UsageError(
      `no function changes records of '${stack}', so the API of Route 53 may be away: choose a fleet with instanceAddresses()`,
    );
  },
  notes: [LAUNCHES_LATER],
  play: (stage) =>
    loseInstances(stage, {
      text: "Route 53's API is away, and the host is dead",
      choose: anyOne,
      apiAwaySeconds: 3600,
    }),
};
