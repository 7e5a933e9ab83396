import { SWEEP_SECONDS } from '../../lib/private/contract';
import { MOVE_LIMITS } from '../../lib/private/takeover-contract';
import { TIME_MS } from '../runtime/lifecycle-requests';
import type { World } from './world';

/** Longer than anything goes on that was under way: a pause of a process, and a wait for a move that died. */
const SETTLE_MS = 260_000;

/** Ends all trouble, and demands that the fleet finds peace. */
export async function findPeace(world: World): Promise<void> {
  const { fleet, timeline, random, checks, lifecycles } = world;
  world.tell('all trouble ends');
  timeline.calm();
  world.trouble.end();
  // One observer that sees nothing must not keep the others from being believed.
  const zones = [...fleet.observers.keys()];
  const blind = random.percent(30) ? zones[Math.floor(random.next() * zones.length)] : undefined;
  for (const zone of zones) fleet.observers.set(zone, zone === blind ? 'blind' : 'fine');
  for (const host of world.hosts) if (!host.isSane) world.setClock(host, 0);
  await world.pass(SETTLE_MS);
  const lifecycleEnds = timeline.now + TIME_MS;
  // One that died stays for ever.
  while (lifecycles.size > 0 && timeline.now < lifecycleEnds) await world.pass(SWEEP_SECONDS * 1000);
  const { windowSeconds, movesPerWindow } = MOVE_LIMITS;
  const isFull = Object.values(world.store.state.moves).some((moves) => moves.length >= movesPerWindow);
  if (isFull) await world.pass((windowSeconds + 60) * 1000);
  await world.pass(2 * SWEEP_SECONDS * 1000 + 5000);
  checks.rest.checkConverged();
  world.check();
  const preemptAfter = world.topology.virtualIps[0]?.preemptAfterSeconds;
  if (preemptAfter !== undefined) {
    await world.pass((preemptAfter + 3 * SWEEP_SECONDS) * 1000);
    checks.rest.checkConverged();
    checks.rest.checkHome();
  }
  const before = fleet.writes.length + world.store.commits;
  await world.pass(SWEEP_SECONDS * 1000);
  checks.rest.checkFixedPoint(fleet.writes.length + world.store.commits - before);
  world.check();
}
