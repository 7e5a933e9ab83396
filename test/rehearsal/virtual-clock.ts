/** Time that passes only when told to, and then as fast as the machine can: hours of health checks in milliseconds, no sockets. */
import { setImmediate as settle } from 'node:timers/promises';
import type { AbortableClock } from '../../rehearsal/clock';

interface Sleeper {
  readonly until: number;
  readonly wake: () => void;
}

export class VirtualClock implements AbortableClock {
  private time = 0;
  private readonly sleepers = new Set<Sleeper>();

  now(): number {
    return this.time;
  }

  elapsed(): number {
    return this.now();
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        this.sleepers.delete(sleeper);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { until: this.time + Math.max(0, milliseconds), wake };
      this.sleepers.add(sleeper);
      signal?.addEventListener('abort', wake);
    });
  }

  /** How many are asleep. */
  get sleeping(): number {
    return this.sleepers.size;
  }

  /** Lets this many milliseconds pass: wakes sleepers one after the other, each once the one before has gone to sleep again. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.time + milliseconds;
    await settle();
    for (let next = this.earliest(); next && next.until <= end; next = this.earliest()) {
      this.time = next.until;
      next.wake();
      await settle();
    }
    this.time = end;
  }

  private earliest(): Sleeper | undefined {
    let first: Sleeper | undefined;
    for (const sleeper of this.sleepers) if (!first || sleeper.until < first.until) first = sleeper;
    return first;
  }
}
