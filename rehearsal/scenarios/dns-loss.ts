/**
 * Scenario `dns-loss`: the resolver that proxies ask for their targets falls silent for longer than HAProxy's default memory of half a
 * minute. They go on with the targets that they know.
 */

import { namedTargetsOf } from '../proxies/adapt-configuration';
import type { FleetModel } from '../template/model';
import { UsageError } from '../usage-error';
import type { Scenario } from './scenario';
import { unnoticed } from './unnoticed';

/** Simulated seconds: HAProxy would forget its targets after 30 by default. */
const AWAY = 45;
const AFTERWARDS = 5;

export const dnsLoss: Scenario = {
  summary: "the resolver of the proxies' targets falls silent: the last known targets stay, and no client notices",
  timeScale: 1,
  validate: requireNames,
  play: (stage) =>
    unnoticed(stage, async () => {
      const { box, clock, recorder } = stage;
      const lane = `resolver of ${box.targetNames.join(', ')}`;
      recorder.fault(lane, 'it answers nobody');
      box.resolverIsAway = true;
      await clock.sleep(AWAY * 1000);
      box.resolverIsAway = false;
      recorder.event(lane, 'recovery', 'it answers again');
      await clock.sleep(AFTERWARDS * 1000);
      return { measures: [] };
    }),
};

function requireNames({ stack, slots }: FleetModel): void {
  if (slots.some(({ configuration }) => namedTargetsOf(configuration).length > 0)) return;
  throw new UsageError(
    `this scenario needs targets behind a name, '${stack}' has addresses only: give addTargets() a ProxyTargets.dnsName()`,
  );
}
