/**
 * The rehearsal's time: simulated milliseconds, which pass `timeScale` times as fast as those on the wall. Only what AWS does is
 * scaled; a client's own timeout is not, because the client would not know.
 */
import type { Clock } from '../runtime/ports';

/** A clock whose sleepers can be woken early. An aborted sleep resolves at once: who slept looks at the signal. */
export interface AbortableClock extends Clock {
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

export class ScaledClock implements AbortableClock {
  private readonly started = performance.now();

  constructor(readonly timeScale: number) {
    if (!(timeScale > 0 && Number.isFinite(timeScale))) throw new Error(`time scale must be greater than 0, got ${timeScale}`);
  }

  /** Simulated milliseconds since this clock was made. It never goes back. */
  now(): number {
    return (performance.now() - this.started) * this.timeScale;
  }

  elapsed(): number {
    return this.now();
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      // Timers drop fractions of a millisecond, and who is woken must not be early.
      const timer = setTimeout(wake, Math.ceil(this.wall(milliseconds)));
      signal?.addEventListener('abort', wake);
    });
  }

  /** Milliseconds on the wall that a simulated time takes. */
  wall(simulatedMilliseconds: number): number {
    return simulatedMilliseconds / this.timeScale;
  }
}
