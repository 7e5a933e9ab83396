/**
 * What it does: serves the custom resource that stands for one virtual IP in its stack.
 *
 * Order of events
 * - Create, Update: remove a tombstone that an earlier stack left under the name, then run the takeover until a live slot holds
 *   the address. Records that wait for the resource so never come before a proxy: a new health check counts as healthy.
 * - Create, besides: order the address home. While the slots came up one after the other, the first one was given every address.
 * - Delete: write the tombstone at a moment when no move is under way (from here on no run moves the address), disassociate it from
 *   our interfaces, read back, and wait until no cache holds a record of the address any more: the next owner may be a stranger.
 *
 * Gotchas
 * - The physical id is the allocation. An update to another allocation is followed by a delete of the old one under the same
 *   name: the name stays in service then and gets no tombstone.
 * - A virtual IP that was renamed keeps its allocation: the delete under the old name must not let go what the new name holds.
 * - A create that never answered is deleted under an id that CloudFormation made up.
 * - Lambda ends the function after 15 minutes, and CloudFormation then waits for an answer that never comes. So every wait ends
 *   at the deadline, a look begins only with time to spare, and a delete keeps the time that caches need before all else.
 */
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { type FleetTopology, MAX_RELEASE_DELAY_SECONDS, type VirtualIpProperties } from '../lib/private/takeover-contract';
import { changeState } from './change-state';
import { applyOrder, inForce } from './core/orders';
import { isTimeForRound, ROUND_MS } from './deadline';
import type { AddressView, LifecyclePorts, TakeoverState } from './ports';
import { readBack } from './read-back';
import { reasonOf } from './reason-of';
import { runTakeover, TakeoverFailed, type TakeoverOptions, type TakeoverSummary } from './takeover';

const PRIME_SECONDS = 300;
const PRIME_PAUSE_SECONDS = 5;

/** Work of this function, unlike a takeover's, always has a deadline: its waits would fill any time. */
export type LifecycleOptions = Required<TakeoverOptions>;

export type VirtualIpEvent = CloudFormationCustomResourceEvent<VirtualIpProperties>;

export interface VirtualIpAnswer {
  readonly physicalId: string;
  readonly attributes: Record<string, string>;
}

/** Serves one request; throws when it could not be met. */
export async function serveVirtualIp(
  ports: LifecyclePorts,
  topology: FleetTopology,
  event: VirtualIpEvent,
  options: LifecycleOptions,
): Promise<VirtualIpAnswer> {
  const properties = event.ResourceProperties;
  if (event.RequestType === 'Delete') {
    const physicalId = event.PhysicalResourceId;
    const allocationId = physicalId.startsWith('eipalloc-') ? physicalId : properties.AllocationId;
    await letGo(ports, topology, { ...properties, AllocationId: allocationId }, options);
    return { physicalId, attributes: {} };
  }
  const ipAddress = await prime(ports, topology, event.RequestType, properties, options);
  return { physicalId: properties.AllocationId, attributes: { IpAddress: ipAddress } };
}

async function prime(
  ports: LifecyclePorts,
  topology: FleetTopology,
  why: 'Create' | 'Update',
  { Name, AllocationId }: VirtualIpProperties,
  options: LifecycleOptions,
): Promise<string> {
  const { clock, plane, store } = ports;
  const own = topology.virtualIps.find(({ name, allocationId }) => name === Name && allocationId === AllocationId);
  if (!own) {
    const known = topology.virtualIps.map(({ name, allocationId }) => `${name} (${allocationId})`).join(', ') || 'none';
    throw new Error(
      `virtual IP must be one of this function's, got ${Name} (${AllocationId}), known: ${known}: deploy the function first`,
    );
  }
  const revise = (state: TakeoverState): TakeoverState => {
    const alive = { ...state, tombstones: state.tombstones.filter((name) => name !== Name) };
    const isBound = inForce(alive, clock.now()).pins[Name] !== undefined;
    if (why === 'Update' || isBound) return alive;
    return applyOrder(alive, { kind: 'move', virtualIp: Name, slot: own.home }, clock.now());
  };
  let isRevised = false;
  const began = clock.now();
  let obstacle = 'no time was left';
  while (clock.now() < began + PRIME_SECONDS * 1000 && isTimeForRound(clock, options.deadline)) {
    try {
      if (!isRevised && (why === 'Create' || (await store.read()).state.tombstones.includes(Name))) {
        await changeState(ports, topology, { ...options, deadline: options.deadline - ROUND_MS }, revise);
      }
      isRevised = true;
      const summary = await runTakeover(ports, topology, options).catch((error: unknown) => {
        // What failed may be another virtual IP.
        if (error instanceof TakeoverFailed) return error.summary;
        throw error;
      });
      const [address] = isServed(summary, Name) ? await plane.addresses([AllocationId]) : [];
      if (address) return address.publicIp;
      const decision = summary.decisions.find(({ virtualIp }) => virtualIp === Name);
      obstacle = decision?.reason ?? `the run was ${summary.outcome}`;
    } catch (error) {
      obstacle = reasonOf(error);
    }
    await clock.sleep(PRIME_PAUSE_SECONDS * 1000);
  }
  const tried = Math.round((clock.now() - began) / 1000);
  throw new Error(
    `virtual IP ${Name} must be held by a live slot, got none within ${tried} s (${obstacle}): read their boot log`,
  );
}

/** True when a live slot holds it: kept there, or moved there and seen there. A run that was stale or busy knows nothing for certain. */
function isServed({ outcome, decisions, moves }: TakeoverSummary, name: string): boolean {
  if (outcome === 'stale' || outcome === 'busy') return false;
  const decision = decisions.find(({ virtualIp }) => virtualIp === name);
  if (decision?.action === 'move') return moves.some(({ virtualIp }) => virtualIp === name);
  return decision?.health === 'ready' || decision?.health === 'live';
}

async function letGo(
  ports: LifecyclePorts,
  topology: FleetTopology,
  { Name, AllocationId, ReleaseDelaySeconds }: VirtualIpProperties,
  options: LifecycleOptions,
): Promise<void> {
  const { clock, log } = ports;
  const wanted = Math.min(Number(ReleaseDelaySeconds), MAX_RELEASE_DELAY_SECONDS);
  if (topology.virtualIps.some(({ name, allocationId }) => allocationId === AllocationId && name !== Name)) return;
  const replaced = topology.virtualIps.some(({ name, allocationId }) => name === Name && allocationId !== AllocationId);

  const before = { ...options, deadline: options.deadline - wanted * 1000 };
  await changeState(ports, topology, before, (state) => {
    return replaced ? state : { ...state, tombstones: [...new Set([...state.tombstones, Name])] };
  });
  const existed = await disassociate(ports, topology, Name, AllocationId);
  if (!existed) return;
  const delay = Math.max(0, Math.min(wanted, Math.floor((options.deadline - clock.now()) / 1000)));
  log.write({
    event: 'released',
    virtualIp: Name,
    reason: `waits ${delay} of ${ReleaseDelaySeconds} s until caches have forgotten it`,
  });
  await clock.sleep(delay * 1000);
}

/** Takes the address off our interfaces, and only off ours. False when its allocation does not exist any more. */
async function disassociate(
  ports: LifecyclePorts,
  topology: FleetTopology,
  virtualIp: string,
  allocationId: string,
): Promise<boolean> {
  const { plane, release, log, clock } = ports;
  const [address] = await plane.addresses([allocationId]);
  const slotOf = (view: AddressView | undefined) => topology.slots.find(({ interfaceId }) => interfaceId === view?.interfaceId);
  const slot = slotOf(address);
  const associationId = address?.associationId;
  if (!slot || associationId === undefined) return address !== undefined;

  const failure = await release.disassociate(associationId).then(
    () => undefined,
    (error: unknown) => new Error(`DisassociateAddress failed: ${reasonOf(error)}`, { cause: error }),
  );
  // Not only that association: the answer that told of it may have been stale, and the address is on another slot of ours.
  const seen = await readBack(plane, clock, allocationId, (now) => slotOf(now) === undefined);
  if (seen !== 'as wanted') throw failure ?? new Error(`EC2 still shows ${allocationId} on slot ${slot.slot}: delete again`);
  log.write({ event: 'released', virtualIp, from: slot.slot, reason: 'its resource is being deleted' });
  return true;
}
