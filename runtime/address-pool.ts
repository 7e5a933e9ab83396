/**
 * Gives the instances of an elastic fleet addresses of its pool.
 *
 * Order of events: look at the group, then at the addresses; claim what the plan says; look again until EC2 shows it; only then is the
 * launch of the instance completed that asked. So whoever is in service had its address before, and a later look sees it.
 *
 * Who is in service gets an address only when it has none at two looks: an answer of EC2 may be older than the one before.
 *
 * Gotchas: many runs happen at the same time, and EC2 decides between them: a claim never takes an address away from anybody, and who
 * comes second plans anew. Nothing is remembered between two runs: what one that died left undone, the sweep does. An instance that got no
 * address asks again until its hook's time is over, and is then replaced.
 */
import type { PoolAnswer, PoolTopology } from '../lib/private/pool-contract';
import { launched, leavingPool, standing } from './core/launch';
import { freeAddresses, type PoolClaim, type PoolSight, planPool } from './core/plan-pool';
import { type PoolPorts, Refused } from './ports';
import { reasonOf } from './reason-of';

/** Pauses before each look at the addresses, in milliseconds: describe calls are eventually consistent. */
const PAUSES_MS = [0, 500, 1000, 2000, 2000];

/** How long an instance in service must have been seen without an address: EC2 would give it another one in place of one it has. */
const CONFIRM_MS = 2000;

/** How a run ended. */
export interface PoolSummary extends PoolAnswer {
  /** Addresses that are on nothing, and instances that should have one, after the run. */
  readonly free: number;
  readonly waiting: number;
}

/** A run that could not do all it should. What it saw is told all the same. */
export class PoolFailed extends Error {
  constructor(
    message: string,
    readonly summary: PoolSummary,
  ) {
    super(message);
  }
}

/** @param live instance that asks for itself because its proxy is live; without one all in service are looked after */
export async function serveAddresses(ports: PoolPorts, topology: PoolTopology, live?: string): Promise<PoolSummary> {
  const instances = await ports.group.instances(topology.tag);
  const run = new Run(ports, topology, live);
  const sight = await run.converge(instances);
  const addressOf = (id: string) => sight.addresses.find(({ instanceId }) => instanceId === id)?.allocationId;
  for (const instance of launched(instances, (id) => addressOf(id) !== undefined, live)) {
    await ports.group.completeLaunch(instance);
  }
  for (const instance of leavingPool(instances)) await ports.group.completeDrain(instance);
  const { claims, waiting } = planPool(sight, live);
  const summary: PoolSummary = {
    ...(live === undefined
      ? { settled: true, reason: 'looked after all' }
      : standing(instances, live, { held: addressOf(live), lacking: 'no address of the pool is free' })),
    free: freeAddresses(sight.addresses).length,
    waiting: claims.length + waiting.length,
  };
  const failures = run.failures.filter(({ instanceId }) => !sight.addresses.some((address) => address.instanceId === instanceId));
  if (failures.length > 0) throw new PoolFailed(failures.map(({ reason }) => reason).join('; '), summary);
  return summary;
}

class Run {
  failures: { readonly instanceId: string; readonly reason: string }[] = [];
  private readonly claimed: PoolClaim[] = [];

  constructor(
    private readonly ports: PoolPorts,
    private readonly topology: PoolTopology,
    private readonly live?: string,
  ) {}

  /** Claims until nothing is left to claim, or time is over, and returns what was seen last. */
  async converge(instances: PoolSight['instances']): Promise<PoolSight> {
    let sight: PoolSight = { instances, addresses: [] };
    let lacking: string[] | undefined;
    const isNew = instances.some(
      ({ instanceId, lifecycleState }) => instanceId === this.live && lifecycleState === 'Pending:Wait',
    );
    for (const pause of isNew ? [0, ...PAUSES_MS] : [0, CONFIRM_MS, ...PAUSES_MS]) {
      await this.ports.clock.sleep(pause);
      sight = { instances, addresses: await this.ports.pool.poolAddresses(this.topology) };
      const { claims } = planPool(
        sight,
        this.live,
        this.claimed.map(({ instanceId }) => instanceId),
      );
      if (claims.length === 0 && this.claimed.every((claim) => isShown(sight, claim))) break;
      this.failures = [];
      for (const claim of claims) {
        if (isNew || lacking?.includes(claim.instanceId)) await this.claim(claim);
      }
      lacking ??= claims.map(({ instanceId }) => instanceId);
    }
    return sight;
  }

  private async claim(claim: PoolClaim): Promise<void> {
    const { allocationId, instanceId } = claim;
    try {
      await this.ports.pool.claim(claim);
      this.claimed.push(claim);
      this.ports.log.write({ event: 'claimed', ...claim });
    } catch (error) {
      const reason = `${instanceId} did not get ${allocationId} (${reasonOf(error)})`;
      this.ports.log.write({ event: error instanceof Refused ? 'taken' : 'failed', ...claim, reason });
      // Somebody else was faster, which the next look shows.
      if (!(error instanceof Refused)) this.failures.push({ instanceId, reason });
    }
  }
}

function isShown({ addresses }: PoolSight, { instanceId }: PoolClaim): boolean {
  return addresses.some((address) => address.instanceId === instanceId);
}
