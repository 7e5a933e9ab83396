/**
 * The heartbeats of a fleet on a laptop: keepalived as a model in simulated time, and of each change a hint, which says nothing and
 * makes the takeover function look.
 *
 * The verdicts on the proxies are not modelled: they come from the watchdogs, which run in real time.
 */
import { setMaxListeners } from 'node:events';
import type { AbortableClock } from '../../clock';
import { HintSender } from './hint-sender';
import type { VrrpState } from './vrrp';
import { type VrrpChange, VrrpNetwork } from './vrrp-network';

/** So long a sleep lasts at most, in milliseconds: with every proxy dead nothing is due. */
const LONGEST_SLEEP_MS = 1000;

export interface HeartbeatsOptions {
  readonly slots: readonly string[];
  readonly advertMs: number;
  readonly clock: AbortableClock;
  /** keepalived's word on a change. */
  readonly onChange: (change: VrrpChange) => void;
  /** Makes the takeover function look. Must not reject. */
  readonly hint: () => Promise<void>;
}

export class Heartbeats {
  private readonly network: VrrpNetwork;
  private readonly senders: ReadonlyMap<string, HintSender>;
  private readonly stopping = new AbortController();
  private sleeping = new AbortController();
  private running?: Promise<void>;

  constructor(private readonly options: HeartbeatsOptions) {
    const { slots, advertMs, clock, hint, onChange } = options;
    // The sender of every proxy listens to it.
    setMaxListeners(0, this.stopping.signal);
    this.senders = new Map(slots.map((slot) => [slot, new HintSender(clock, hint, this.stopping.signal)] as const));
    this.network = new VrrpNetwork(slots, advertMs, (change) => {
      onChange(change);
      this.senders.get(change.proxy)?.changed();
    });
  }

  /** Every proxy begins, well or sick, and time passes. */
  start(isWell: (slot: string) => boolean): void {
    for (const slot of this.options.slots) this.network.start(slot, isWell(slot), this.options.clock.now());
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    this.sleeping.abort();
    await this.running;
  }

  /** True once every proxy is the master of its own slot. */
  get settled(): boolean {
    return this.options.slots.every((slot) => this.stateOf(slot, slot) === 'master');
  }

  stateOf(proxy: string, slot: string): VrrpState {
    return this.network.stateOf(proxy, slot);
  }

  /** The host is there again, its proxy well or sick. */
  revive(slot: string, well: boolean): void {
    this.change((now) => this.network.start(slot, well, now));
  }

  /** What the proxy's health file says. */
  setHealth(slot: string, well: boolean): void {
    this.change((now) => this.network.setHealth(slot, well, now));
  }

  /** The host dies without a word. */
  silence(slot: string): void {
    this.change(() => this.network.die(slot));
    this.senders.get(slot)?.forget();
  }

  /** keepalived ends in good order. */
  end(slot: string): void {
    this.change((now) => this.network.stop(slot, now));
  }

  /** Nobody hears the proxy, and it hears nobody: it will claim every slot. Its hints still arrive. */
  cut(slot: string): void {
    this.change(() => this.network.cut(slot));
  }

  /** keepalived is stopped, not ended. */
  freeze(slot: string): void {
    this.change(() => this.network.freeze(slot));
  }

  /** The end of a freeze or a cut. */
  release(slot: string): void {
    this.change((now) => this.network.release(slot, now));
  }

  private change(act: (now: number) => void): void {
    const now = this.options.clock.now();
    this.network.advance(now);
    act(now);
    this.sleeping.abort();
  }

  private async run(): Promise<void> {
    const { clock } = this.options;
    while (!this.stopping.signal.aborted) {
      this.network.advance(clock.now());
      this.sleeping = new AbortController();
      await clock.sleep(Math.min(LONGEST_SLEEP_MS, this.network.due - clock.now()), this.sleeping.signal);
    }
  }
}
