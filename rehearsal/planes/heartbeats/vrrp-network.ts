/**
 * All VRRP instances of a fleet: one for each slot on each proxy, and the adverts between them. Pure but for the callback: time comes
 * in as an argument, and what was due before it happens in order at the moment it was due, so that a busy machine is never taken for
 * a silent proxy.
 *
 * Gotcha: a proxy that wakes up after a freeze is assumed to read the adverts that wait for it before it looks at its timers.
 */
import { masterDownInterval, newInstance, priorityOf, step, type VrrpInput, type VrrpInstance, type VrrpState } from './vrrp';

/** keepalived's word on one proxy about one slot's instance. */
export interface VrrpChange {
  readonly at: number;
  /** The proxy that reports it. */
  readonly proxy: string;
  /** The slot whose instance it is. */
  readonly slot: string;
  readonly state: VrrpState;
}

/** `running`; `dead`: gone without a word; `frozen`: as it was, and does nothing; `cut`: runs, but hears and reaches nobody. */
type Condition = 'running' | 'dead' | 'frozen' | 'cut';

interface Proxy {
  readonly slot: string;
  condition: Condition;
  /** By slot. */
  readonly instances: Map<string, VrrpInstance>;
}

export class VrrpNetwork {
  private readonly proxies: Proxy[];

  constructor(
    slots: readonly string[],
    advertMs: number,
    private readonly onChange: (change: VrrpChange) => void,
  ) {
    this.proxies = slots.map((own, proxy) => ({
      slot: own,
      condition: 'dead',
      instances: new Map(
        slots.map((slot, index) => [slot, newInstance(priorityOf(proxy, index, slots.length), advertMs)] as const),
      ),
    }));
  }

  /** When something will happen by itself. */
  get due(): number {
    return Math.min(...this.alive().flatMap(({ instances }) => [...instances.values()].map(({ due }) => due)));
  }

  /** Lets everything happen that was due by now. */
  advance(now: number): void {
    for (;;) {
      const { due } = this;
      if (due > now) return;
      for (const proxy of this.alive()) {
        const slot = [...proxy.instances].find(([, instance]) => instance.due === due)?.[0];
        if (slot === undefined) continue;
        this.tell(proxy, slot, { kind: 'due' }, due);
        break;
      }
    }
  }

  /** The proxy begins anew; its own slot only when it is well. */
  start(slot: string, well: boolean, now: number): void {
    const proxy = this.proxy(slot);
    proxy.condition = 'running';
    for (const other of proxy.instances.keys()) this.tell(proxy, other, { kind: 'start', well: other !== slot || well }, now);
  }

  /** What the health file says; only the own instance follows it. */
  setHealth(slot: string, well: boolean, now: number): void {
    const proxy = this.proxy(slot);
    if (proxy.condition === 'running' || proxy.condition === 'cut') this.tell(proxy, slot, { kind: 'health', well }, now);
  }

  /** keepalived ends in good order. */
  stop(slot: string, now: number): void {
    const proxy = this.proxy(slot);
    for (const other of proxy.instances.keys()) this.tell(proxy, other, { kind: 'stop' }, now);
    proxy.condition = 'dead';
  }

  /** The host dies at once. */
  die(slot: string): void {
    this.proxy(slot).condition = 'dead';
  }

  freeze(slot: string): void {
    this.proxy(slot).condition = 'frozen';
  }

  /** No packet reaches the proxy or leaves it. */
  cut(slot: string): void {
    this.proxy(slot).condition = 'cut';
  }

  /** The end of a freeze or a cut. */
  release(slot: string, now: number): void {
    const proxy = this.proxy(slot);
    const wasFrozen = proxy.condition === 'frozen';
    if (proxy.condition !== 'dead') proxy.condition = 'running';
    if (!wasFrozen) return;
    for (const [other, instance] of proxy.instances) {
      if (instance.state === 'master') proxy.instances.set(other, { ...instance, due: now });
      if (instance.state === 'backup') proxy.instances.set(other, { ...instance, due: now + masterDownInterval(instance) });
    }
    this.advance(now);
  }

  /** What the proxy takes itself for in the instance of a slot. */
  stateOf(proxy: string, slot: string): VrrpState {
    const { condition, instances } = this.proxy(proxy);
    return condition === 'dead' ? 'stopped' : (instances.get(slot)?.state ?? 'stopped');
  }

  private alive(): Proxy[] {
    return this.proxies.filter(({ condition }) => condition === 'running' || condition === 'cut');
  }

  private proxy(slot: string): Proxy {
    const found = this.proxies.find((each) => each.slot === slot);
    if (!found) throw new Error(`no slot ${slot}`);
    return found;
  }

  private tell(proxy: Proxy, slot: string, input: VrrpInput, now: number): void {
    const before = proxy.instances.get(slot) as VrrpInstance;
    const { instance, advert } = step(before, input, now);
    proxy.instances.set(slot, instance);
    if (instance.state !== before.state) this.onChange({ at: now, proxy: proxy.slot, slot, state: instance.state });
    if (advert === undefined || proxy.condition === 'cut') return;
    for (const peer of this.proxies) {
      if (peer !== proxy && peer.condition === 'running') this.tell(peer, slot, { kind: 'advert', priority: advert }, now);
    }
  }
}
