import type { FleetTopology } from '../lib/private/contract';
import { isTimeForRound } from './deadline';
import { handBack } from './hand-back';
import type { Lease, LifecyclePorts } from './ports';
import { reasonOf } from './reason-of';
import { runTakeover, type TakeoverOptions } from './takeover';

/** Two leases long: a run that died is waited out, and so are permissions that were just granted and do not work yet. */
const WAIT_SECONDS = 150;
const PAUSE_SECONDS = 2;

/** Work of the lifecycle function, unlike a takeover's, always has a deadline: its waits would fill any time. */
export type LifecycleOptions = Required<TakeoverOptions>;

/** Works under the lease, waiting for it; whoever asked for a look meanwhile gets one, if there is time, or else the sweep's. */
export async function underLease<T>(
  ports: LifecyclePorts,
  topology: FleetTopology,
  options: LifecycleOptions,
  work: (lease: Lease) => Promise<T>,
): Promise<T> {
  const { clock, store } = ports;
  const lease = await awaitLease(ports, options);
  try {
    return await work(lease);
  } finally {
    const undisturbed = await handBack(store, lease).catch(() => true);
    if (!undisturbed && isTimeForRound(clock, options.deadline)) {
      await runTakeover(ports, topology, options).catch(() => undefined);
    }
  }
}

/** Tries at least once; an error may pass as well as another run does. */
async function awaitLease({ clock, store }: LifecyclePorts, { owner, deadline }: LifecycleOptions): Promise<Lease> {
  const began = clock.now();
  const end = Math.min(began + WAIT_SECONDS * 1000, deadline);
  let obstacle: string;
  do {
    try {
      const lease = await store.acquire(owner, clock.now());
      if (lease) return lease;
      obstacle = 'another run holds it';
    } catch (error) {
      obstacle = reasonOf(error);
    }
    await clock.sleep(PAUSE_SECONDS * 1000);
  } while (clock.now() < end);
  const waited = Math.round((clock.now() - began) / 1000);
  throw new Error(`the lease must become free, got none within ${waited} s (${obstacle}): try again`);
}
