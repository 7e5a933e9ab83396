/** Watches over real DNS which addresses a name leads to, as a client without any cache would see it. */
import { Resolver } from 'node:dns/promises';
import type { AbortableClock } from '../clock';

/** Simulated time between two questions, in milliseconds. */
const PERIOD_MS = 250;

export interface AnswerWatcherOptions {
  readonly name: string;
  /** Address and port of the DNS server. */
  readonly resolver: string;
  readonly clock: AbortableClock;
  /** An address came into the answers or left them. */
  readonly onChange: (address: string, present: boolean) => void;
}

export class AnswerWatcher {
  private readonly stopping = new AbortController();
  private readonly resolver = new Resolver({ timeout: 1000, tries: 1 });
  private known?: Set<string>;
  private running?: Promise<void>;

  constructor(private readonly options: AnswerWatcherOptions) {}

  start(): void {
    this.resolver.setServers([this.options.resolver]);
    this.running = this.watch();
  }

  has(address: string): boolean {
    return this.known?.has(address) ?? false;
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.resolver.cancel();
    await this.running;
  }

  private async watch(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const answer = await this.resolver.resolve4(this.options.name).catch(() => undefined);
      if (answer && !signal.aborted) this.compare(new Set(answer));
      await this.options.clock.sleep(PERIOD_MS, signal);
    }
  }

  private compare(answer: Set<string>): void {
    const before = this.known ?? answer;
    this.known = answer;
    for (const address of before) if (!answer.has(address)) this.options.onChange(address, false);
    for (const address of answer) if (!before.has(address)) this.options.onChange(address, true);
  }
}
