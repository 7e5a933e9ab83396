import type { Scheduler } from 'fast-check';

/** Something that is under way: it happens no sooner than `earliest`, and at `due` at the latest. */
interface Underway {
  readonly earliest: number;
  readonly due: number;
  readonly order: number;
  readonly label: string;
  readonly happen: () => void;
  /** Whether the scheduler knows of it. */
  offered: boolean;
}

const START = 1_800_000_000_000;

/**
 * Virtual time in which the scheduler of fast-check says what happens next, within bounds: whatever is under way may be chosen at
 * any moment, but time does not pass its due moment without it. So calls overtake each other in every order that their bounds
 * allow, and a history in which the scheduler never chooses is one in which everything takes the time that was drawn for it.
 */
export class Timeline {
  now = START;
  private readonly underway: Underway[] = [];
  private order = 0;
  private isPassing = false;

  /**
   * @param scheduler chooses what happens next
   * @param check runs after everything that happened; what it throws ends the history
   */
  constructor(
    private scheduler: Scheduler | undefined,
    private readonly check: () => void,
  ) {}

  /** Resolves at a moment between the two, in milliseconds from now. */
  within(label: string, min: number, max: number): Promise<void> {
    return new Promise((resolve) => {
      const { now, order } = this;
      this.order++;
      const added = { earliest: now + min, due: now + Math.max(min, max), order, label, happen: resolve, offered: false };
      this.underway.push(added);
      if (!this.isPassing) this.offer(added);
    });
  }

  /** Lets everything happen that is due within a time. What may happen later may still do so later. */
  async pass(milliseconds: number): Promise<void> {
    this.isPassing = true;
    await drained();
    await this.passTo(this.now + milliseconds);
    this.isPassing = false;
    for (const waiting of this.underway) this.offer(waiting);
  }

  /** From now on everything takes the time that was drawn for it. */
  calm(): void {
    this.scheduler = undefined;
  }

  /** Seconds since the history began. */
  seconds(): string {
    return ((this.now - START) / 1000).toFixed(3);
  }

  private offer(waiting: Underway): void {
    if (!this.scheduler || waiting.offered) return;
    waiting.offered = true;
    void this.scheduler.schedule(Promise.resolve(), waiting.label, undefined, async (act) => {
      await act();
      if (!this.underway.includes(waiting)) return;
      await this.passTo(waiting.earliest - 1);
      if (this.underway.includes(waiting)) await this.happen(waiting);
    });
  }

  private async passTo(moment: number): Promise<void> {
    for (let next = this.soonest(); next && next.due <= moment; next = this.soonest()) await this.happen(next, next.due);
    this.now = Math.max(this.now, moment);
  }

  private soonest(): Underway | undefined {
    let first: Underway | undefined;
    for (const waiting of this.underway) {
      if (!first || waiting.due < first.due || (waiting.due === first.due && waiting.order < first.order)) first = waiting;
    }
    return first;
  }

  private async happen(next: Underway, at = next.earliest): Promise<void> {
    this.underway.splice(this.underway.indexOf(next), 1);
    this.now = Math.max(this.now, at);
    next.happen();
    await drained();
    this.check();
  }
}

/** Resolves when all promise callbacks have run. */
function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
