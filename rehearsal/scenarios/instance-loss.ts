/**
 * Scenario `instance-loss`: an instance of an elastic fleet dies. The name drops its address, and a new instance takes a free one: that of the
 * dead one is free, too, once EC2 has ended it.
 */

import { isWatching } from '../health/health-check';
import { laneOfPoolAddress } from '../planes/pool-service';
import { dnsBudget } from '../template/budgets';
import { UsageError } from '../usage-error';
import { nameWitnesses, sumUp } from './clients';
import { playedTtl, recordsOf, withdrawal } from './dns-steps';
import { COMES_WITHIN, freeSlot, joins, launch, poolOf } from './elastic-steps';
import { allOf, measured } from './expectation';
import type { Scenario } from './scenario';
import { warmUp } from './warm-up';

/** Simulated seconds. */
const BEFORE = { least: 10, most: 70 };
const AFTERWARDS = 5;

export const instanceLoss: Scenario = {
  summary: 'an instance of an elastic fleet dies: the name drops its address, and a new instance takes a free one',
  timeScale: 10,
  elastic: true,
  notes: ['The group launched another instance when the name had dropped the dead one; when it notices is not published.'],
  play: async (stage) => {
    const { box, clock, fleet, random, recorder, assumptions } = stage;
    const pool = poolOf(stage);
    const victim = pool.slots[Math.floor(random() * pool.slots.length)]?.slot ?? '1';
    const address = pool.addressOf(victim) ?? '';
    const [record] = recordsOf(fleet, address);
    const check = fleet.healthChecks.filter(isWatching).find(({ id }) => id === record?.healthCheckId);
    if (!record || !check)
      throw new UsageError(`no name with a health check leads to '${fleet.stack}': add a MultivalueEndpoint`);
    const ttl = playedTtl(stage, record.ttl);
    const played = { door: box.door, seed: Math.floor(random() * 2 ** 31) };
    const witnesses = nameWitnesses(record.name, played, dnsBudget(check, ttl, assumptions));
    const drops = withdrawal(stage, laneOfPoolAddress(address), address);
    await warmUp(stage, witnesses, BEFORE);

    recorder.fault(`slot ${victim}`, 'the host is dead');
    await box.hosts.killHost(victim);
    const broke = { from: 0, until: recorder.since };
    await allOf(stage, drops);
    await clock.sleep((ttl + AFTERWARDS) * 1000);

    pool.end(victim);
    const began = recorder.since;
    const comes = joins(stage, await launch(stage, freeSlot(stage)), began);
    await allOf(stage, comes, COMES_WITHIN);
    await clock.sleep(AFTERWARDS * 1000);

    return {
      victim,
      measures: [...drops.map((each) => measured(each)), ...comes.map((each) => measured(each, began))],
      clients: witnesses.map((witness) => sumUp(witness, recorder.samplesOf(witness.name), [broke])),
    };
  },
};
