/**
 * The requests of one client around a fault: one every `period` seconds, from a random phase on. Which of them fail is worked out for a
 * whole stretch of time at once.
 *
 * Where each request fails with some probability, the last one that does is drawn, because an outage ends with it; those before it are
 * counted with their expectation, which over many clients is the same.
 */
export class Requests {
  /** Seconds from the fault to the end of the last request that failed; 0 when none did. */
  end = 0;
  lost = 0;
  /** Requests that were served late. */
  delayed = 0;
  private phase = 0;

  constructor(
    private readonly period: number,
    private readonly random: () => number,
  ) {}

  /** A new client. */
  begin(): void {
    this.phase = this.random() * this.period;
    this.end = 0;
    this.lost = 0;
    this.delayed = 0;
  }

  /** The first request at that time or later. */
  next(from: number): number {
    return this.phase + Math.ceil((from - this.phase) / this.period) * this.period;
  }

  /**
   * Requests of a stretch of time fail.
   *
   * @param share how likely each of them does
   * @param seconds how long a client waits for the failure
   */
  fail(from: number, to: number, share: number, seconds: number): void {
    const count = this.count(from, to);
    if (count <= 0 || share <= 0) return;
    const after = share >= 1 ? 0 : Math.floor(Math.log(this.random()) / Math.log1p(-share));
    if (after >= count) return;
    this.lost += 1 + Math.min(1, share) * (count - 1 - after);
    const last = this.next(to) - (1 + after) * this.period;
    this.end = Math.max(this.end, last + seconds);
  }

  /** Requests of a stretch of time are served late, each with this probability. */
  delay(from: number, to: number, share: number): void {
    this.delayed += Math.max(0, this.count(from, to)) * share;
  }

  private count(from: number, to: number): number {
    return Math.ceil((to - this.phase) / this.period) - Math.ceil((from - this.phase) / this.period);
  }
}
