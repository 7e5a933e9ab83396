import { setMaxListeners } from 'node:events';
import type { Clock } from '../../runtime/ports';
import type { ScaledClock } from '../clock';

/** What a function does on a laptop while the rehearsal goes on, until it is stopped. What fails is in the log, or shows in the figures. */
export class Background {
  /** The rehearsal's, but for pauses: they fail when it stops, and with them whatever paused. */
  readonly clock: Clock;
  private readonly stopping = new AbortController();
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(scaled: ScaledClock) {
    const { signal } = this.stopping;
    // Every pause of every run listens to it.
    setMaxListeners(0, signal);
    this.clock = {
      now: () => scaled.now(),
      elapsed: () => scaled.elapsed(),
      sleep: async (ms) => {
        await scaled.sleep(ms, signal);
        if (signal.aborted) throw new Error('the rehearsal is over');
      },
    };
  }

  get isOver(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Waits for the work when it stops. */
  track(work: Promise<unknown>): void {
    const tracked: Promise<unknown> = work.catch(() => undefined).finally(() => this.underWay.delete(tracked));
    this.underWay.add(tracked);
  }

  /**
   * Runs at equal distances from a drawn moment on, because a fault does not wait for a sweep. One that is late does not delay those after it.
   *
   * @param seconds simulated ones; nothing runs where they are missing
   */
  sweepEvery(seconds: number | undefined, random: () => number, sweep: () => Promise<unknown>): void {
    if (seconds !== undefined) this.track(this.repeat(seconds * 1000, random, sweep));
  }

  /** Resolves when nothing goes on any more. */
  async stop(): Promise<void> {
    this.stopping.abort();
    while (this.underWay.size > 0) await Promise.all(this.underWay);
  }

  private async repeat(period: number, random: () => number, sweep: () => Promise<unknown>): Promise<void> {
    let next = this.clock.now() + random() * period;
    for (;;) {
      await this.clock.sleep(next - this.clock.now());
      this.track(sweep());
      next += period;
    }
  }
}
