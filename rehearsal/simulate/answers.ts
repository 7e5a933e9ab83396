/**
 * What DNS answers for a name while some health checks are unhealthy, as places of addresses. The answers are those of the rehearsal's
 * DNS. They are remembered where chance only decides their order, which every resolver changes anyway; where it decides what is in
 * them (more than eight multivalue records, weights), each question is answered anew.
 */
import { answer, MAX_MULTIVALUE_ANSWERS } from '../dns/answer';
import type { HostedZone } from '../dns/records';
import { seededRandom } from '../random';

/** An address that was in none of so many answers is in none at all. */
const QUESTIONS = 1000;

export interface PlacedAnswer {
  /** Seconds. */
  readonly ttl: number;
  readonly places: readonly number[];
}

export class Answers {
  /** Whether two questions at the same moment may get different addresses. */
  readonly drawn: boolean;

  constructor(
    private readonly zones: readonly HostedZone[],
    private readonly name: string,
    private readonly places: ReadonlyMap<string, number>,
  ) {
    const own = zones.flatMap(({ records }) => records).filter((record) => record.name === name && record.type === 'A');
    this.drawn = own.length > MAX_MULTIVALUE_ANSWERS && own.some(({ multivalue }) => multivalue);
  }

  ask(isHealthy: (healthCheckId: string) => boolean, random: () => number): PlacedAnswer {
    const { answers } = answer(this.zones, { name: this.name, type: 'A' }, isHealthy, random);
    const ttl = Math.min(...answers.map((record) => record.ttl));
    return { ttl, places: answers.flatMap((record) => (record.type === 'A' ? (this.places.get(record.data) ?? []) : [])) };
  }

  /** Places of all addresses that an answer may hold. */
  possible(isHealthy: (healthCheckId: string) => boolean): Set<number> {
    const random = seededRandom(1);
    const questions = Array.from({ length: this.drawn ? QUESTIONS : 1 }, () => this.ask(isHealthy, random));
    return new Set(questions.flatMap(({ places }) => places));
  }
}
