/**
 * The clients of a simulation, request by request, as a person would describe them: the slow way, which the fast one is compared with.
 */
import type { Behaviour, Fault, ResolverCache } from '../../../rehearsal/simulate/behaviours';

export interface World {
  readonly fault: Fault;
  /** What DNS answers that moment: addresses by number. */
  readonly ask: (time: number) => { readonly ttl: number; readonly addresses: readonly number[] };
  /** When the address serves again; 0 for one that is not broken. */
  readonly servesFrom: (address: number) => number;
  readonly requestsPerSecond: number;
  readonly random: () => number;
  /** Nothing is broken any more. */
  readonly end: number;
}

export interface Suffered {
  readonly end: number;
  readonly lost: number;
  readonly delayed: number;
}

const TIMEOUT = 2;

export function tick(behaviour: Behaviour, cache: ResolverCache, world: World): Suffered {
  const { random } = world;
  const resolver = resolverOf(cache, world);
  const own = behaviour.ownCacheSeconds;
  // A client with a cache of its own asked some time ago.
  const asked = -random() * own;
  let known = { until: asked + own, list: rotated(resolver(asked), random) };
  let end = 0;
  let lost = 0;
  let delayed = 0;
  const period = 1 / world.requestsPerSecond;
  for (let at = random() * period; at < world.end; at += period) {
    if (own === 0 || at >= known.until) known = { until: at + own, list: rotated(resolver(at), random) };
    const { ok, seconds, used } = request(behaviour, known.list, at, world);
    if (!ok) {
      lost += 1;
      end = Math.max(end, at + seconds);
    } else if (seconds > 0) delayed += 1;
    // A browser goes on with the address that worked.
    if (ok && own > 0) known.list = [used, ...known.list.filter((address) => address !== used)];
  }
  return { end, lost, delayed };
}

function request({ name }: Behaviour, list: readonly number[], at: number, { fault, servesFrom }: World) {
  let seconds = 0;
  for (const [index, address] of list.entries()) {
    if (at >= servesFrom(address)) return { ok: true, seconds, used: address };
    const last = index === list.length - 1;
    if (name === 'first address' || name === 'sticky JVM')
      return { ok: false, seconds: fault === 'crash' ? 0 : TIMEOUT, used: address };
    if (fault === 'hang') return { ok: false, seconds: TIMEOUT, used: address };
    if (fault === 'black-hole') {
      if (name === 'one timeout') return { ok: false, seconds: TIMEOUT, used: address };
      seconds += name === 'next address' || last ? TIMEOUT : 0.25;
    }
  }
  return { ok: false, seconds, used: -1 };
}

/** Asks DNS the moment that its answer is too old. */
function resolverOf({ leastSeconds }: ResolverCache, { ask, random }: World): (time: number) => readonly number[] {
  const lifeOf = (ttl: number) => Math.max(ttl, leastSeconds);
  let answer = ask(Number.NEGATIVE_INFINITY);
  let fetched = -random() * lifeOf(answer.ttl);
  return (time) => {
    while (time >= fetched + lifeOf(answer.ttl)) {
      fetched += lifeOf(answer.ttl);
      answer = ask(fetched);
    }
    return answer.addresses;
  };
}

function rotated(list: readonly number[], random: () => number): number[] {
  const first = Math.floor(random() * list.length);
  return [...list.slice(first), ...list.slice(0, first)];
}
