/** Which instance of an elastic fleet gets which address of its pool, from one look at both. */

import { hash } from './hash';
import type { GroupInstance } from './launch';

/** One address of the fleet and what it is on. The last two are undefined while it is on nothing. */
export interface PoolAddress {
  readonly allocationId: string;
  /** In the order of the pool; undefined for one that is to leave it: whoever has it keeps it, and nobody gets it. */
  readonly place?: number;
  readonly associationId?: string;
  /** Undefined, too, when it is on something that is no instance. */
  readonly instanceId?: string;
}

export interface PoolSight {
  readonly instances: readonly GroupInstance[];
  readonly addresses: readonly PoolAddress[];
}

export interface PoolClaim {
  readonly allocationId: string;
  readonly instanceId: string;
}

/** How many more free addresses than are needed at the moment an instance may choose among. */
const CHOICES = 2;

export interface PoolPlan {
  /** One free address for each instance that needs one, as far as they go. */
  readonly claims: readonly PoolClaim[];
  /** Instances that need one when none is left. */
  readonly waiting: readonly string[];
}

/**
 * Decides who gets an address: the instance that said that its proxy is live, or, when nobody said anything, every instance in service.
 * Whoever has one keeps it, and nothing is ever taken away: EC2 frees the address of an instance that ends.
 *
 * Each instance has an order of its own in which it prefers addresses, so that many runs at the same time seldom choose the same one. But
 * none is taken from the far end of the pool without need: those can leave it without harm when the fleet becomes smaller.
 *
 * @param live instance that said so
 * @param claimed instances that were given one a moment ago, which EC2 may not show yet
 */
export function planPool({ instances, addresses }: PoolSight, live?: string, claimed: readonly string[] = []): PoolPlan {
  const served = new Set([...addresses.flatMap(({ instanceId }) => instanceId ?? []), ...claimed]);
  const states = live === undefined ? ['InService'] : ['InService', 'Pending:Wait'];
  const needy = instances.filter(({ instanceId, lifecycleState }) => {
    return (live ?? instanceId) === instanceId && states.includes(lifecycleState) && !served.has(instanceId);
  });
  const coming = ['InService', 'Pending', 'Pending:Wait'];
  const unserved = instances.filter(
    ({ instanceId, lifecycleState }) => coming.includes(lifecycleState) && !served.has(instanceId),
  );
  const free = new Set(freeAddresses(addresses).slice(0, unserved.length + CHOICES));
  const claims: PoolClaim[] = [];
  const waiting: string[] = [];
  for (const { instanceId } of needy) {
    const allocationId = favourite(instanceId, [...free]);
    if (allocationId === undefined) {
      waiting.push(instanceId);
    } else {
      free.delete(allocationId);
      claims.push({ allocationId, instanceId });
    }
  }
  return { claims, waiting };
}

/** Those that an instance may get, in the order of the pool. */
export function freeAddresses(addresses: readonly PoolAddress[]): string[] {
  const free = addresses.flatMap(({ allocationId, associationId, place }) => {
    return associationId === undefined && place !== undefined ? [{ allocationId, place }] : [];
  });
  return free.sort((a, b) => a.place - b.place).map(({ allocationId }) => allocationId);
}

/** Rendezvous hashing: of the same addresses, an instance always prefers the same. */
function favourite(instanceId: string, allocationIds: readonly string[]): string | undefined {
  const weights = allocationIds.map((allocationId) => [hash(`${instanceId} ${allocationId}`), allocationId] as const);
  return weights.sort(([a, nameA], [b, nameB]) => a - b || (nameA < nameB ? -1 : 1))[0]?.[1];
}
