import type { AddressPlane, LifecyclePorts } from '../../runtime/ports';
import { runTakeover, type TakeoverSummary } from '../../runtime/takeover';
import type { FakeFleet } from './fake-fleet';
import { type Scene, scene } from './scene';

export interface RunOptions {
  readonly owner?: string;
  readonly deadline?: number;
}

/** Starts a takeover with single ports replaced; virtual time must pass for it to end. */
export function start(
  { fleet, ports }: Scene,
  changes: Partial<LifecyclePorts> = {},
  options: RunOptions = {},
): Promise<TakeoverSummary> {
  return runTakeover({ ...ports, ...changes }, fleet.topology, { owner: 'test', ...options });
}

/** A takeover from its start to its end. */
export function run(here: Scene, changes: Partial<LifecyclePorts> = {}, options: RunOptions = {}): Promise<TakeoverSummary> {
  return here.time.settle(start(here, changes, options));
}

/** A fleet whose virtual IPs are all on slot 1. */
export function onSlot1(slots: number, virtualIps: number): Scene {
  const here = scene({ slots, virtualIps });
  for (const { name } of here.fleet.topology.virtualIps) here.fleet.putOn(name, '1');
  return here;
}

/** The same fleet; slot 1 is dead. */
export function deadHolder(slots = 2, virtualIps = 1): Scene {
  const here = onSlot1(slots, virtualIps);
  here.fleet.slot('1').health = 'dead';
  return here;
}

/** The fleet's own plane with calls replaced. */
export function plane(fleet: FakeFleet, changes: Partial<AddressPlane>): AddressPlane {
  return { addresses: (ids) => fleet.addresses(ids), associate: (move) => fleet.associate(move), ...changes };
}
