/** What happens to the instances of an elastic fleet: they come, and they go. */
import { laneOfName } from '../box';
import type { ElasticService } from '../planes/elastic-service';
import type { SlotModel } from '../template/model';
import { UsageError } from '../usage-error';
import { recordsOf } from './dns-steps';
import type { Expectation } from './expectation';
import type { Stage } from './scenario';

/** Simulated seconds that a new instance has until every name answers with it: the rise of all checkers, propagation and the move. */
export const COMES_WITHIN = 150;
/** How many instances a group launches, one in place of the other, before the rehearsal gives up. */
const LAUNCHES = 3;

export function elasticOf({ box }: Stage): ElasticService {
  if (!box.elastic) throw new Error('no elastic fleet');
  return box.elastic;
}

/**
 * A slot without an instance, where the next one can be played: there are more than a fleet has instances.
 *
 * @param shunned zones that are taken only when no other one has a place
 */
export function freeSlot(stage: Stage, shunned?: ReadonlySet<string>): SlotModel {
  const free = findFreeSlot(stage, shunned);
  if (!free) throw new Error('every slot has an instance');
  return free;
}

/** The same, where instances that died may have all of them. */
export function findFreeSlot(stage: Stage, shunned: ReadonlySet<string> = new Set()): SlotModel | undefined {
  const taken = elasticOf(stage).slots.map(({ slot }) => slot);
  const free = stage.fleet.slots.filter(({ slot }) => !taken.includes(slot));
  return free.find(({ zone }) => !shunned.has(zone)) ?? free[0];
}

/** A new instance boots, and comes into service with an address: it, or one of those that the group launches in its place. @returns the address */
export async function launch(stage: Stage, slot: SlotModel): Promise<string> {
  const { box, recorder } = stage;
  const lane = `slot ${slot.slot}`;
  for (let attempt = 1; attempt <= LAUNCHES; attempt++) {
    recorder.event(lane, 'info', 'a new instance boots');
    await box.hosts.startProxy(slot.slot);
    const address = await elasticOf(stage).launch(slot);
    if (address !== undefined) {
      recorder.event(lane, 'recovery', `its instance has ${address}`);
      return address;
    }
    recorder.event(lane, 'info', 'its instance was not published in time: the group ends it, and launches another');
    await box.hosts.stopProxy(slot.slot);
    elasticOf(stage).end(slot.slot);
  }
  throw new UsageError(`none of ${LAUNCHES} instances was published at ${lane}: free the machine and try again`);
}

/**
 * An instance goes as its drain says: the ready path fails, it serves on, a soft stop, and it is gone.
 *
 * @param most simulated seconds after which it is gone whatever its drain says
 */
export async function retire(stage: Stage, slot: string, most = Number.POSITIVE_INFINITY): Promise<void> {
  const { box, clock, fleet, recorder } = stage;
  const lane = `slot ${slot}`;
  elasticOf(stage).terminate(slot);
  recorder.event(lane, 'info', 'draining: its ready path fails, traffic is served');
  await box.hosts.setState(slot, 'draining');
  await clock.sleep(Math.min(fleet.drainSeconds ?? 0, most) * 1000);
  recorder.event(lane, 'info', 'soft stop: it takes no new connections');
  await box.hosts.stopProxy(slot);
  elasticOf(stage).end(slot);
}

/** Every name that leads to the address answers with it. */
export function joins({ fleet, recorder }: Stage, address: string, since: number): Expectation[] {
  return recordsOf(fleet, address).map(({ name }) => ({
    name: `${name} answers with ${address}`,
    lane: laneOfName(name),
    happened: () => recorder.first(laneOfName(name), 'up', { since, about: address }),
  }));
}
