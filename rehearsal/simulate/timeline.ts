/** What DNS answers for one name in one failover: another answer after each change that its servers learn of. */
import type { BrokenAnswer, NameStates } from './name-states';

/** The DNS servers learn that a health check has changed. */
export interface Edge {
  /** Seconds after the fault. */
  readonly at: number;
  readonly healthCheckId: string;
  readonly healthy: boolean;
}

export class Timeline {
  /** From then on no answer holds a broken address; infinite when answers never get rid of them. */
  readonly cleanFrom: number;
  private readonly unhealthy: ReadonlySet<string>[];
  private readonly known: (BrokenAnswer | undefined)[] = [];

  /** @param edges in the order in which they come */
  constructor(
    private readonly states: NameStates,
    initially: ReadonlySet<string>,
    private readonly edges: readonly Edge[],
    private readonly random: () => number,
  ) {
    this.unhealthy = [initially];
    for (const { healthCheckId, healthy } of edges) {
      const next = new Set(this.unhealthy.at(-1));
      if (healthy) next.delete(healthCheckId);
      else next.add(healthCheckId);
      this.unhealthy.push(next);
    }
    this.cleanFrom = this.cleanSince();
  }

  /** What a resolver gets that asks then. */
  answerAt(time: number): BrokenAnswer {
    let state = 0;
    while (state < this.edges.length && (this.edges[state] as Edge).at <= time) state++;
    if (this.states.drawn) return this.answerIn(state);
    const known = this.known[state] ?? this.answerIn(state);
    this.known[state] = known;
    return known;
  }

  private answerIn(state: number): BrokenAnswer {
    return this.states.answer(this.unhealthy[state] as ReadonlySet<string>, this.random);
  }

  private cleanSince(): number {
    let state = this.edges.length;
    while (state >= 0 && this.states.isClean(this.unhealthy[state] as ReadonlySet<string>)) state--;
    if (state === this.edges.length) return Number.POSITIVE_INFINITY;
    return this.edges[state]?.at ?? Number.NEGATIVE_INFINITY;
  }
}
