/** Watches over real DNS which addresses a name leads to, as a client without any cache would see it. */
import { Resolver } from 'node:dns/promises';
import type { AbortableClock } from '../clock';
import type { RecordSet } from './records';
import { MAX_MULTIVALUE_ANSWERS } from './select';

/** Simulated time between two questions, in milliseconds. */
const PERIOD_MS = 250;

/** How likely a healthy address may be taken for one that left. */
const ODDS = 1e-6;

/**
 * Answers in a row without an address until it has left. One is enough where every answer holds all healthy addresses. Where chance
 * chooses (eight of more multivalue records, one of weighted records), an address may be missing although it is healthy.
 *
 * @param records all that a name leads to
 */
export function missesUntilGone(records: readonly RecordSet[]): number {
  const share = Math.min(1, ...records.map((record) => shareOf(record, records)));
  return share === 1 ? 1 : Math.ceil(Math.log(ODDS) / Math.log(1 - share));
}

/** In how many of the answers a record is while all of its group are healthy. */
function shareOf({ name, routing }: RecordSet, records: readonly RecordSet[]): number {
  const group = records.filter((record) => record.name === name);
  if (routing.policy === 'multivalue') return Math.min(1, MAX_MULTIVALUE_ANSWERS / group.length);
  if (routing.policy !== 'weighted' || routing.weight === 0) return 1;
  const weights = group.map((record) => (record.routing.policy === 'weighted' ? record.routing.weight : 0));
  return routing.weight / weights.reduce((sum, weight) => sum + weight, 0);
}

export type Change = 'came' | 'came back' | 'left';

export interface AnswerWatcherOptions {
  readonly name: string;
  /** Address and port of the DNS server. */
  readonly resolver: string;
  readonly clock: AbortableClock;
  /** Answers in a row without an address until it has left. */
  readonly misses: number;
  /** Answers that tell all that is there at the start. */
  readonly atStart: number;
  /** An address came into the answers, for the first time or again, or left them, at that simulated time. */
  readonly onChange: (address: string, change: Change, at: number) => void;
}

export class AnswerWatcher {
  private readonly stopping = new AbortController();
  private readonly resolver = new Resolver({ timeout: 1000, tries: 1 });
  /** For each address: since when, and in how many answers in a row, it is missing; 0 while it is there. */
  private readonly known = new Map<string, { misses: number; since: number }>();
  private answers = 0;
  private running?: Promise<void>;

  constructor(private readonly options: AnswerWatcherOptions) {}

  start(): void {
    this.resolver.setServers([this.options.resolver]);
    this.running = this.watch();
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
    const { atStart, clock, misses, onChange } = this.options;
    const now = clock.now();
    for (const address of answer) {
      const before = this.known.get(address);
      this.known.set(address, { misses: 0, since: now });
      if (before ? before.misses >= misses : this.answers >= atStart) onChange(address, before ? 'came back' : 'came', now);
    }
    this.answers += 1;
    for (const [address, missing] of this.known) {
      if (answer.has(address)) continue;
      if (missing.misses === 0) missing.since = now;
      missing.misses += 1;
      if (missing.misses === misses) onChange(address, 'left', missing.since);
    }
  }
}
