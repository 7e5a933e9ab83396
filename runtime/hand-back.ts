import type { Lease, LeaseStore } from './ports';

/** Gives the lease back even when somebody asked for another look; true when nobody did. Who asked is served by the sweep. */
export async function handBack(store: LeaseStore, lease: Lease): Promise<boolean> {
  for (let refused = 0; refused < 3; refused++) {
    if (await store.release(lease)) return refused === 0;
  }
  return false;
}
