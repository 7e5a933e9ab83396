/** What DNS makes of a broken address: who drops it, and who takes it back. */
import { laneOfName } from '../box';
import type { RecordSet } from '../dns/records';
import { isWatching } from '../health/health-check';
import { type Budget, detectionBudget, probedBudget, withdrawalBudget } from '../template/budgets';
import type { FleetModel } from '../template/model';
import type { Expectation } from './expectation';
import type { Stage } from './scenario';

/** Seconds for which a client keeps an answer, as played: whole seconds on the wall. */
export function playedTtl({ clock }: Pick<Stage, 'clock'>, ttl: number): number {
  return Math.max(1, Math.ceil(ttl / clock.timeScale)) * clock.timeScale;
}

/** One record for each name that leads to the address. */
export function recordsOf({ zones }: FleetModel, address: string): RecordSet[] {
  const records = zones.flatMap(({ records: all }) => all).filter(({ values }) => values.includes(address));
  return records.filter((record, index) => records.findIndex(({ name }) => name === record.name) === index);
}

/** Bound on the time until no answer holds a broken address; undefined where nobody judges it. */
export function withdrawalBudgetOf(
  { fleet, assumptions }: Pick<Stage, 'fleet' | 'assumptions'>,
  { healthCheckId }: RecordSet,
): Budget | undefined {
  const check = fleet.healthChecks.find(({ id }) => id === healthCheckId);
  if (check?.type === 'PROBED') return probedBudget(check);
  return check && isWatching(check) ? withdrawalBudget(check, assumptions) : undefined;
}

/**
 * Route 53 calls an address unhealthy, and every name that leads to it drops it.
 *
 * @param lane row of whatever has the address
 */
export function withdrawal({ fleet, recorder, assumptions }: Stage, lane: string, address: string): Expectation[] {
  const check = fleet.healthChecks.filter(isWatching).find(({ ipAddress }) => ipAddress === address);
  const detection: Expectation[] = check
    ? [{ name: 'detection', lane, budget: detectionBudget(check), happened: () => recorder.first(lane, 'down') }]
    : [];
  const drops = recordsOf(fleet, address).flatMap((record): Expectation[] => {
    const budget = withdrawalBudgetOf({ fleet, assumptions }, record);
    if (!budget) return [];
    const { name } = record;
    const happened = () => recorder.first(laneOfName(name), 'down', { about: address });
    return [{ name: `${name} drops the address`, lane: laneOfName(name), budget, happened }];
  });
  return [...detection, ...drops];
}

/**
 * The way back has no budget: nobody suffers from it.
 *
 * @param since simulated milliseconds after the fault
 */
export function wayBack({ fleet, recorder }: Stage, address: string, since: number): Expectation[] {
  return recordsOf(fleet, address).map(({ name }) => ({
    name: `${name} takes the address back`,
    lane: laneOfName(name),
    happened: () => recorder.first(laneOfName(name), 'up', { since, about: address }),
  }));
}
