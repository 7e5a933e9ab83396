/** What a name is answered with while the same machines are broken, depending on which health checks DNS takes for unhealthy. */
import type { Answers } from './answers';

/** An answer as far as a fault goes. */
export interface BrokenAnswer {
  /** Seconds. */
  readonly ttl: number;
  readonly size: number;
  /** Places of the addresses in it that lead to broken machines. */
  readonly broken: readonly number[];
}

/** So many answers are remembered: of fifty broken checks there are more combinations than memory. */
const MOST_REMEMBERED = 4096;

export class NameStates {
  private readonly answered = new Map<string, BrokenAnswer>();
  private readonly clean = new Map<string, boolean>();

  constructor(
    private readonly answers: Answers,
    private readonly isBroken: (place: number) => boolean,
  ) {}

  /** Whether two questions at the same moment may get different addresses. */
  get drawn(): boolean {
    return this.answers.drawn;
  }

  answer(unhealthy: ReadonlySet<string>, random: () => number): BrokenAnswer {
    if (this.answers.drawn) return this.ask(unhealthy, random);
    // Chance decides nothing but the order, and must not be used up by whoever asks first.
    return remembered(this.answered, unhealthy, () => this.ask(unhealthy, () => 0));
  }

  /** Whether no answer holds a broken address. */
  isClean(unhealthy: ReadonlySet<string>): boolean {
    return remembered(
      this.clean,
      unhealthy,
      () => ![...this.answers.possible((id) => !unhealthy.has(id))].some((place) => this.isBroken(place)),
    );
  }

  private ask(unhealthy: ReadonlySet<string>, random: () => number): BrokenAnswer {
    const { ttl, places } = this.answers.ask((id) => !unhealthy.has(id), random);
    return { ttl, size: places.length, broken: places.filter(this.isBroken) };
  }
}

function remembered<T>(memory: Map<string, T>, unhealthy: ReadonlySet<string>, make: () => T): T {
  const key = [...unhealthy].sort().join();
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  if (memory.size < MOST_REMEMBERED) memory.set(key, made);
  return made;
}
