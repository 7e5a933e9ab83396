/**
 * What DNS answers for a name while some health checks are unhealthy, as places of addresses. The answers are those of the rehearsal's
 * DNS. They are remembered where chance only decides their order, which every resolver changes anyway; where it decides what is in
 * them (more than eight multivalue records, weights), each question is answered anew.
 */
import { answer } from '../dns/answer';
import type { HostedZone, RecordSet } from '../dns/records';
import { ASKED_TYPE, recordsBelow } from '../dns/records-below';
import { MAX_MULTIVALUE_ANSWERS } from '../dns/select';
import { seededRandom } from '../random';

/** Seconds, also of an answer without any record. */
const LONGEST_TTL = 86_400;

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
    const below = recordsBelow(zones, name);
    const group = (record: RecordSet) => below.filter((other) => other.name === record.name).length;
    this.drawn = below.some(
      (record) =>
        record.routing.policy === 'weighted' ||
        (record.routing.policy === 'multivalue' && group(record) > MAX_MULTIVALUE_ANSWERS),
    );
  }

  ask(isHealthy: (healthCheckId: string) => boolean, random: () => number): PlacedAnswer {
    const { answers } = answer(this.zones, { name: this.name, type: ASKED_TYPE }, isHealthy, random);
    const ttl = Math.min(...answers.map((record) => record.ttl), LONGEST_TTL);
    return { ttl, places: answers.flatMap((record) => (record.type === ASKED_TYPE ? (this.places.get(record.data) ?? []) : [])) };
  }

  /** Places of all addresses that an answer may hold. */
  possible(isHealthy: (healthCheckId: string) => boolean): Set<number> {
    const random = seededRandom(1);
    const questions = Array.from({ length: this.drawn ? QUESTIONS : 1 }, () => this.ask(isHealthy, random));
    return new Set(questions.flatMap(({ places }) => places));
  }
}
