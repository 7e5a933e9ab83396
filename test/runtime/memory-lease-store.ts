import { LEASE_SECONDS } from '../../lib/private/contract';
import type { Lease, LeaseStore, TakeoverState } from '../../runtime/ports';

/** The lease of one fleet, in memory. */
export class MemoryLeaseStore implements LeaseStore {
  epoch = 0;
  saves = 0;
  state: TakeoverState = { moves: {}, tombstones: [] };
  private expiresAt?: number;
  private dirty = false;

  async acquire(owner: string, now: number): Promise<Lease | undefined> {
    if (this.expiresAt !== undefined && this.expiresAt > now) {
      this.dirty = true;
      return undefined;
    }
    this.expiresAt = now + LEASE_SECONDS * 1000;
    this.dirty = false;
    this.epoch++;
    return { owner, epoch: this.epoch, state: this.state };
  }

  async save(lease: Lease, state: TakeoverState, now: number): Promise<boolean> {
    if (lease.epoch !== this.epoch) return false;
    this.saves++;
    this.state = state;
    this.expiresAt = now + LEASE_SECONDS * 1000;
    return true;
  }

  async release(lease: Lease): Promise<boolean> {
    if (lease.epoch !== this.epoch) return true;
    if (this.dirty) {
      this.dirty = false;
      return false;
    }
    this.expiresAt = undefined;
    return true;
  }
}
