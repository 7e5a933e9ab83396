/** Which instance of an elastic fleet gets which address of its pool, from one look at both. */

/** One instance of the group, as EC2 Auto Scaling reports it. */
export interface GroupInstance {
  readonly groupName: string;
  readonly instanceId: string;
  /** `Pending:Wait`, `InService`, `Warmed:Stopped`, … */
  readonly lifecycleState: string;
}

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

/** FNV-1a, 32 bits, and a finish that spreads names which differ in their last letter only. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 0;
}

/** How an instance stands that asked. */
export interface Standing {
  /** Whether it may stop asking. */
  readonly settled: boolean;
  readonly reason: string;
}

/** Tells an instance that asked how it stands, after all that could be done for it. */
export function standing({ instances, addresses }: PoolSight, live: string): Standing {
  const state = instances.find(({ instanceId }) => instanceId === live)?.lifecycleState;
  if (state === undefined) return { settled: false, reason: 'no group of the fleet has it' };
  if (state.startsWith('Terminating')) return { settled: true, reason: 'it is leaving' };
  // What is parked serves nobody. It asks again when it is taken out of the pool.
  if (state.startsWith('Warmed:')) return { settled: state !== 'Warmed:Pending', reason: 'it is in the warm pool' };
  if (state === 'Pending') return { settled: false, reason: 'its group does not wait for it yet' };
  const address = addresses.find(({ instanceId }) => instanceId === live);
  if (address === undefined) return { settled: false, reason: 'no address of the pool is free' };
  return { settled: true, reason: `it has ${address.allocationId}` };
}

/**
 * Instances whose groups need not wait for them any longer: with an address, which only one that is live ever gets, or parked. Who asked is
 * one of them, or else all are that a run before left behind.
 */
export function launched({ instances, addresses }: PoolSight, live?: string): GroupInstance[] {
  const served = new Set(addresses.map(({ instanceId }) => instanceId));
  return instances.filter(({ instanceId, lifecycleState }) => {
    if ((live ?? instanceId) !== instanceId) return false;
    if (lifecycleState === 'Pending:Wait') return served.has(instanceId);
    return instanceId === live && lifecycleState === 'Warmed:Pending:Wait';
  });
}
