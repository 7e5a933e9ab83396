/** A rate limit with a burst: a full bucket of tokens, one for each request, refilled evenly. Times are milliseconds. */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly limit: { readonly capacity: number; readonly refillPerSecond: number },
    now: number,
  ) {
    this.tokens = limit.capacity;
    this.filledAt = now;
  }

  /** Whether a token is left. */
  has(now: number): boolean {
    const refilled = this.tokens + ((now - this.filledAt) / 1000) * this.limit.refillPerSecond;
    this.tokens = Math.min(this.limit.capacity, refilled);
    this.filledAt = now;
    return this.tokens > 1 - 1e-9;
  }

  take(): void {
    this.tokens -= 1;
  }
}
