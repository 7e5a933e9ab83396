import type { LifecyclePorts, TakeoverEntry } from '../../runtime/ports';
import { CountingLeaseStore } from './counting-lease-store';
import { FakeFleet } from './fake-fleet';
import { VirtualTime } from './virtual-time';

/** A fleet, a table and a clock, and the ports over them; tests replace single ports to inject a fault. */
export interface Scene {
  readonly fleet: FakeFleet;
  readonly store: CountingLeaseStore;
  readonly time: VirtualTime;
  readonly log: TakeoverEntry[];
  readonly ports: LifecyclePorts;
}

export function scene(size: { readonly slots: number; readonly virtualIps: number; readonly zones?: number }): Scene {
  const fleet = new FakeFleet(size);
  const store = new CountingLeaseStore();
  const time = new VirtualTime();
  const log: TakeoverEntry[] = [];
  const ports: LifecyclePorts = {
    view: fleet,
    plane: fleet,
    release: fleet,
    prober: fleet,
    store,
    clock: time,
    log: { write: (entry) => log.push(entry) },
  };
  return { fleet, store, time, log, ports };
}

/** The events of a log, without repetition of the uneventful. */
export function events(log: readonly TakeoverEntry[]): string[] {
  return log.filter(({ event }) => event !== 'well').map(({ event }) => event);
}
