/**
 * What one client suffers in one failover. Nothing ticks: it goes from one answer that the resolver fetched to the next, and works out
 * the requests in between at once, until answers are clean or everything serves again.
 *
 * The resolver has other clients too, so it asks again the moment its answer is too old, and where in an answer's life the fault falls
 * is drawn. Requests take no time unless they fail, so none is under way when the fault comes.
 */
import { type Behaviour, CLIENT_TIMEOUT_SECONDS, type Fault, type ResolverCache } from './behaviours';
import type { BrokenAnswer } from './name-states';
import type { Requests } from './requests';
import type { Timeline } from './timeline';

export interface Surroundings {
  readonly fault: Fault;
  /** When each address serves again, by place. */
  readonly servesFrom: Float64Array;
  /** When all of them do. */
  readonly over: number;
  readonly timeline: Timeline;
  readonly random: () => number;
}

/** A client that knows one address and no name. */
export function sufferWithoutName(requests: Requests, fault: Fault, servesFrom: number): void {
  requests.fail(0, servesFrom, 1, fault === 'crash' ? 0 : CLIENT_TIMEOUT_SECONDS);
}

export function sufferBehindName(behaviour: Behaviour, cache: ResolverCache, requests: Requests, around: Surroundings): void {
  const resolver = new Resolver(cache, around);
  const { over, random } = around;
  if (behaviour.ownCacheSeconds === 0) {
    while (!resolver.clean && resolver.fetched < over) {
      spread(behaviour, requests, around, resolver.answer, Math.max(0, resolver.fetched), resolver.until);
      resolver.refresh();
    }
    return;
  }
  let asked = -random() * behaviour.ownCacheSeconds;
  while (asked < over) {
    while (resolver.until <= asked) resolver.refresh();
    if (resolver.clean) return;
    const until = asked + behaviour.ownCacheSeconds;
    stick(behaviour, requests, around, resolver.answer, Math.max(0, asked), until);
    asked = requests.next(until);
  }
}

/** The answer that a resolver holds, and when it fetched it. */
class Resolver {
  fetched: number;
  answer: BrokenAnswer;

  constructor(
    private readonly cache: ResolverCache,
    private readonly around: Surroundings,
  ) {
    this.answer = around.timeline.answerAt(Number.NEGATIVE_INFINITY);
    this.fetched = -around.random() * this.life;
  }

  get until(): number {
    return this.fetched + this.life;
  }

  /** Neither this answer nor any later one holds a broken address. */
  get clean(): boolean {
    return this.fetched >= this.around.timeline.cleanFrom;
  }

  refresh(): void {
    this.fetched = this.until;
    this.answer = this.around.timeline.answerAt(this.fetched);
  }

  private get life(): number {
    return Math.max(this.cache.leastSeconds, this.answer.ttl);
  }
}

/** Every request gets the answer in another order. */
function spread(
  behaviour: Behaviour,
  requests: Requests,
  around: Surroundings,
  answer: BrokenAnswer,
  from: number,
  to: number,
): void {
  const { size, broken } = answer;
  if (broken.length === 0) return;
  if (behaviour.triesNext[around.fault]) {
    const failing = failTogether(behaviour, requests, around, answer, from, to);
    if (around.fault === 'black-hole') requests.delay(failing, Math.min(to, around.over), broken.length / size);
    return;
  }
  let at = from;
  while (at < to) {
    let left = 0;
    let until = to;
    for (const place of broken) {
      const serves = around.servesFrom[place] as number;
      if (serves <= at) continue;
      left += 1;
      until = Math.min(until, serves);
    }
    if (left === 0) return;
    requests.fail(at, until, left / size, patience(around.fault));
    at = until;
  }
}

/** All requests go to the first address of the answer, as it came when the client asked. */
function stick(
  behaviour: Behaviour,
  requests: Requests,
  around: Surroundings,
  answer: BrokenAnswer,
  from: number,
  to: number,
): void {
  const first = answer.broken[Math.floor(around.random() * answer.size)];
  if (first === undefined) return;
  const serves = around.servesFrom[first] as number;
  if (!behaviour.triesNext[around.fault]) {
    requests.fail(from, Math.min(to, serves), 1, patience(around.fault));
    return;
  }
  const failing = failTogether(behaviour, requests, around, answer, from, to);
  // Once is enough: it stays with the address that it came to.
  const found = requests.next(failing);
  if (around.fault === 'black-hole' && found < Math.min(to, serves)) requests.delayed += 1;
}

/** For who tries every address requests fail only while all of them are broken. Returns until when. */
function failTogether(
  { attemptSeconds }: Behaviour,
  requests: Requests,
  { fault, servesFrom }: Surroundings,
  { size, broken }: BrokenAnswer,
  from: number,
  to: number,
): number {
  if (broken.length < size) return from;
  let until = to;
  for (const place of broken) until = Math.min(until, servesFrom[place] as number);
  const seconds = fault === 'black-hole' ? (size - 1) * attemptSeconds + CLIENT_TIMEOUT_SECONDS : 0;
  requests.fail(from, until, 1, seconds);
  return Math.max(from, until);
}

/** Seconds until a client knows that its request failed. */
function patience(fault: Fault): number {
  return fault === 'crash' ? 0 : CLIENT_TIMEOUT_SECONDS;
}
