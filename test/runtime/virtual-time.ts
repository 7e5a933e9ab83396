import type { Clock } from '../../runtime/ports';

interface Due {
  readonly at: number;
  readonly order: number;
  readonly act: () => void;
}

/** A clock that jumps from one due event to the next. All events of one run happen in one order, always the same. */
export class VirtualTime implements Clock {
  private readonly queue: Due[] = [];
  private time = 1_800_000_000_000;
  private order = 0;

  now(): number {
    return this.time;
  }

  elapsed(): number {
    return this.time;
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, resolve));
  }

  after(milliseconds: number, act: () => void): void {
    this.queue.push({ at: this.time + milliseconds, order: this.order++, act });
    this.queue.sort((a, b) => a.at - b.at || a.order - b.order);
  }

  /** Lets everything happen that is due within a time; `check` runs after each event. */
  async pass(milliseconds: number, check: () => void = () => undefined): Promise<void> {
    const end = this.time + milliseconds;
    await drained();
    for (let next = this.queue[0]; next && next.at <= end; next = this.queue[0]) {
      await this.step();
      check();
    }
    this.time = end;
  }

  /** Lets time pass until a promise settles, and hands on what it came to. */
  async settle<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const done = () => {
      settled = true;
    };
    promise.then(done, done);
    await drained();
    while (!settled) {
      if (this.queue.length === 0) throw new Error('the promise can never settle: nothing is due');
      await this.step();
    }
    return promise;
  }

  private async step(): Promise<void> {
    const next = this.queue.shift();
    if (!next) return;
    this.time = next.at;
    next.act();
    await drained();
  }
}

/** Resolves when all promise callbacks have run. */
function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
