/** What happens to virtual IPs: who holds them, and when they move. */
import type { VirtualIpTopology } from '../../lib/private/takeover-contract';
import { ASSOCIATED, laneOf } from '../planes/takeover-service';
import type { RunResult } from '../report/result';
import { spread } from '../report/summary';
import { type Budget, decisionBudget, takeoverBudget } from '../template/budgets';
import type { FleetModel } from '../template/model';
import { UsageError } from '../usage-error';
import type { Expectation } from './expectation';
import type { Stage } from './scenario';

/** What 99 of 100 takeovers should take at most, from the fault to AssociateAddress. Simulated seconds. */
const TARGET_SECONDS = 1.5;
const TAKEOVER = ' takeover';

export function requireVirtualIp({ stack, takeover }: FleetModel): void {
  if (takeover) return;
  throw new UsageError(
    `this scenario needs a virtual IP, '${stack}' has none: add new VirtualIp(this, 'Vip', { fleet }), or choose --scenario crash`,
  );
}

/** The slot that holds the first virtual IP, and all virtual IPs that it holds. */
export function holderOf({ fleet, box }: Stage): { slot: string; held: VirtualIpTopology[] } {
  for (const { allocationId } of fleet.takeover?.topology.virtualIps ?? []) {
    const slot = box.takeover?.holderOf(allocationId);
    if (slot !== undefined) return { slot, held: heldBy(box, slot) };
  }
  throw new UsageError('no slot holds a virtual IP although all are ready: free the machine and try again');
}

/** The virtual IPs whose traffic reaches the slot. */
export function heldBy({ takeover }: Stage['box'], slot: string): VirtualIpTopology[] {
  return takeover?.topology.virtualIps.filter(({ allocationId }) => takeover.holderOf(allocationId) === slot) ?? [];
}

/** Each virtual IP is given to another slot, and traffic follows. */
export function takeovers(
  { fleet, recorder, assumptions, clock }: Stage,
  virtualIps: readonly VirtualIpTopology[],
): Expectation[] {
  const decided = decisionBudget(fleet, clock.timeScale);
  const moved = takeoverBudget(fleet, assumptions, clock.timeScale);
  return virtualIps.flatMap(({ name }) => movesOf(recorder, name, decided, moved, `${name}${TAKEOVER}`));
}

/** An address is given to a slot, and traffic follows, no sooner than `since`. */
export function movesOf(
  recorder: Stage['recorder'],
  virtualIp: string,
  decided: Budget,
  moved: Budget,
  called: string,
  since = 0,
): Expectation[] {
  const lane = laneOf(virtualIp);
  return [
    { name: called, lane, budget: decided, happened: () => recorder.first(lane, 'info', { about: ASSOCIATED, since }) },
    { name: `${virtualIp} moves`, lane, budget: moved, happened: () => recorder.first(lane, 'move', { since }) },
  ];
}

/** How often the virtual IP was given to a slot since the fault. */
export function moveCount({ recorder }: Stage, { name }: VirtualIpTopology): number {
  return recorder.all(laneOf(name), 'info', { about: ASSOCIATED }).length;
}

/** The slot that EC2 shows the virtual IP on, whether or not traffic follows yet. */
export async function associatedSlot({ box, fleet }: Stage, { allocationId }: VirtualIpTopology): Promise<string | undefined> {
  const [address] = (await box.takeover?.ports.plane.addresses([allocationId])) ?? [];
  return fleet.slots.find(({ interfaceId }) => interfaceId === address?.interfaceId)?.slot;
}

/** The figure that heartbeats are there for. It means something in real time only, because watchdogs know no other. */
export function takeoverNotes(runs: readonly RunResult[], { heartbeat }: FleetModel, timeScale: number): string[] {
  const figures = runs.flatMap(({ measures }) => measures.filter(({ name }) => name.endsWith(TAKEOVER)));
  if (!heartbeat || timeScale !== 1 || figures.length === 0) return [];
  const { p99, max } = spread(figures.map(({ seconds }) => seconds ?? Number.POSITIVE_INFINITY));
  const figure = p99 === undefined ? `${max.toFixed(2)} s at most` : `${p99.toFixed(2)} s in 99 of 100`;
  return [
    `A takeover took ${figure} from the fault to AssociateAddress, probes included and AWS's own time not; the target is ` +
      `${TARGET_SECONDS} s in 99 of 100.`,
  ];
}
