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
  const client = new Client(behaviour, requests, around);
  const resolver = new Resolver(cache, around);
  const { over, random } = around;
  if (behaviour.ownCacheSeconds === 0) {
    while (!resolver.clean && resolver.fetched < over) {
      client.spread(resolver.answer, Math.max(0, resolver.fetched), resolver.until);
      resolver.refresh();
    }
    return;
  }
  let asked = -random() * behaviour.ownCacheSeconds;
  while (asked < over) {
    while (resolver.until <= asked) resolver.refresh();
    if (resolver.clean) return;
    const until = asked + behaviour.ownCacheSeconds;
    client.stick(resolver.answer, Math.max(0, asked), until);
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

class Client {
  private readonly triesNext: boolean;
  private readonly silent: boolean;

  constructor(
    private readonly behaviour: Behaviour,
    private readonly requests: Requests,
    private readonly around: Surroundings,
  ) {
    this.triesNext = behaviour.triesNext[around.fault];
    this.silent = around.fault === 'black-hole';
  }

  /** Every request gets the answer in another order. */
  spread({ size, broken }: BrokenAnswer, from: number, to: number): void {
    let at = from;
    while (at < to) {
      let left = 0;
      let until = to;
      for (const place of broken) {
        const serves = this.around.servesFrom[place] as number;
        if (serves <= at) continue;
        left += 1;
        until = Math.min(until, serves);
      }
      if (left === 0) return;
      if (!this.triesNext) this.requests.fail(at, until, left / size, this.patience(1));
      else if (left === size) this.requests.fail(at, until, 1, this.patience(size));
      else if (this.silent) this.requests.delay(at, until, left / size);
      at = until;
    }
  }

  /** All requests go to the first address of the answer, as it came when the client asked. */
  stick({ size, broken }: BrokenAnswer, from: number, to: number): void {
    const { random, servesFrom } = this.around;
    const first = broken[Math.floor(random() * size)];
    if (first === undefined) return;
    const serves = Math.min(to, servesFrom[first] as number);
    if (!this.triesNext) {
      this.requests.fail(from, serves, 1, this.patience(1));
      return;
    }
    let failing = from;
    if (broken.length === size) {
      failing = broken.reduce((soonest, place) => Math.min(soonest, servesFrom[place] as number), to);
      this.requests.fail(from, failing, 1, this.patience(size));
    }
    // One late request is enough: it stays with the address that it came to.
    if (this.silent && this.requests.next(Math.max(from, failing)) < serves) this.requests.delayed += 1;
  }

  /** Seconds until the client gives up, after so many addresses. */
  private patience(tried: number): number {
    const { fault } = this.around;
    return fault === 'crash' ? 0 : (tried - 1) * this.behaviour.attemptSeconds + CLIENT_TIMEOUT_SECONDS;
  }
}
