/** What the sender on an instance does: a change is a hint at once, those of the next second are one at its end. */
import type { AbortableClock } from '../../clock';

/** Shortest time between two hints of one proxy, in milliseconds. */
const WINDOW_MS = 1000;

export class HintSender {
  private changes = 0;
  private sending = false;
  private windowEnd = Number.NEGATIVE_INFINITY;

  /**
   * @param hint must not reject
   * @param signal ends it
   */
  constructor(
    private readonly clock: AbortableClock,
    private readonly hint: () => Promise<void>,
    private readonly signal: AbortSignal,
  ) {}

  changed(): void {
    this.changes++;
    if (!this.sending) void this.send();
  }

  /** The host died: what was not sent will not be. */
  forget(): void {
    this.changes = 0;
  }

  private async send(): Promise<void> {
    const { clock, signal } = this;
    this.sending = true;
    while (this.changes > 0) {
      const wait = this.windowEnd - clock.now();
      if (wait > 0) await clock.sleep(wait, signal);
      if (signal.aborted) return;
      if (this.changes === 0) break;
      this.changes = 0;
      this.windowEnd = clock.now() + WINDOW_MS;
      void this.hint();
    }
    this.sending = false;
  }
}
