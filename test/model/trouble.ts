import type { Random } from './random';

/** The calls of a run, which are all that it has to do with the world. */
export const CALLS = [
  'read',
  'commit',
  'interfaces',
  'addresses',
  'observe',
  'associate',
  'disassociate',
  'announce',
  'sleep',
] as const;

export type Call = (typeof CALLS)[number];

/**
 * What goes wrong with one call.
 *
 * - `refused`: throttled or denied; it had no effect, and the caller is told so.
 * - `answer lost`: it had its effect, and the caller is told of an error.
 * - `late`: the caller is told of a timeout, and it has its effect afterwards.
 * - `slow`: it takes seconds, all tries together.
 * - `stalls`: the process of the caller stands still before it goes on with the answer.
 * - `dies before`, `dies after`: the caller never goes on, and the call had no effect, or had one.
 * - `stale`: EC2 answers with what was true a moment ago.
 * - `hides one`: one interface is missing from the answer.
 */
export const KINDS = [
  'refused',
  'answer lost',
  'late',
  'slow',
  'stalls',
  'dies before',
  'dies after',
  'stale',
  'hides one',
] as const;

export type Kind = (typeof KINDS)[number];

/** What to do to the next calls of one kind. */
export interface Fault {
  readonly call: Call;
  readonly kind: Kind;
  readonly calls: number;
}

/** What goes wrong: faults that were asked for, and in so many of a hundred calls one at random. */
export class Trouble {
  percent = 0;
  private armed: { readonly call: Call; readonly kind: Kind; left: number }[] = [];

  constructor(private readonly random: Random) {}

  arm({ call, kind, calls }: Fault): void {
    this.armed.push({ call, kind, left: calls });
  }

  /** All trouble ends, but for what is under way. */
  end(): void {
    this.percent = 0;
    this.armed = [];
  }

  of(call: Call): Kind | undefined {
    const fault = this.armed.find((candidate) => candidate.call === call);
    if (fault) {
      fault.left--;
      this.armed = this.armed.filter(({ left }) => left > 0);
      return fault.kind;
    }
    // Sleeping is no call to the outside: it goes wrong more seldom.
    if (!this.random.percent(call === 'sleep' ? this.percent / 10 : this.percent)) return undefined;
    return KINDS[Math.floor(this.random.next() * KINDS.length)];
  }
}
