/**
 * The resolver between a client and the authoritative server: it keeps an answer for its TTL and hands it out rotated by chance, as
 * unbound does. When the TTL is over and nobody answers, there is no answer: nothing expired is served.
 */

/** An address with its TTL in seconds on the wall. */
export interface CachedAddress {
  readonly address: string;
  readonly ttl: number;
}

export interface AnswerCacheOptions {
  /** Rejects where there is no address: an answer holds one at least. */
  readonly query: () => Promise<CachedAddress[]>;
  /** Milliseconds. */
  readonly now: () => number;
  readonly random: () => number;
}

export class AnswerCache {
  private cached: readonly string[] = [];
  private expires = Number.NEGATIVE_INFINITY;
  private asking?: Promise<void>;

  constructor(private readonly options: AnswerCacheOptions) {}

  /** The addresses, rotated. Rejects when they have to be asked for and that fails; the next call asks again. */
  async addresses(): Promise<string[]> {
    let { cached } = this;
    if (this.options.now() >= this.expires) cached = await this.refresh();
    const first = Math.floor(this.options.random() * cached.length);
    return [...cached.slice(first), ...cached.slice(0, first)];
  }

  /** Callers that come while an answer is awaited wait for the same one. */
  private refresh(): Promise<readonly string[]> {
    this.asking ??= this.ask().finally(() => {
      this.asking = undefined;
    });
    return this.asking.then(() => this.cached);
  }

  private async ask(): Promise<void> {
    const answer = await this.options.query();
    this.cached = answer.map(({ address }) => address);
    this.expires = this.options.now() + Math.min(...answer.map(({ ttl }) => ttl)) * 1000;
  }
}
