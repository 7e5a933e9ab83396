import type { VirtualIpEventDetail } from '../../lib/private/takeover-contract';
import type { LifecyclePorts, TakeoverEntry } from '../../runtime/ports';
import { CountingStore } from './counting-store';
import { FakeFleet, type FleetSize } from './fake-fleet';
import { VirtualTime } from './virtual-time';

/** A fleet, a table and a clock, and the ports over them; tests replace single ports to inject a fault. */
export interface Scene {
  readonly fleet: FakeFleet;
  readonly store: CountingStore;
  readonly time: VirtualTime;
  readonly log: TakeoverEntry[];
  /** What the world was told. */
  readonly news: (VirtualIpEventDetail & { readonly type: 'moved' | 'stuck' })[];
  readonly ports: LifecyclePorts;
}

export function scene(size: FleetSize): Scene {
  const fleet = new FakeFleet(size);
  const store = new CountingStore();
  const time = new VirtualTime();
  const log: TakeoverEntry[] = [];
  const news: Scene['news'] = [];
  const ports: LifecyclePorts = {
    view: fleet,
    plane: fleet,
    release: fleet,
    prober: fleet,
    store,
    announcer: { announce: async (type, detail) => void news.push({ type, ...detail }) },
    clock: time,
    log: { write: (entry) => log.push(entry) },
  };
  return { fleet, store, time, log, news, ports };
}

/** The events of a log, without repetition of the uneventful. */
export function events(log: readonly TakeoverEntry[]): string[] {
  return log.filter(({ event }) => event !== 'well').map(({ event }) => event);
}
