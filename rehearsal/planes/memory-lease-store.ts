/** The takeover function's table, in memory: the same conditional writes, one at a time because nothing here runs in parallel. */
import { LEASE_SECONDS } from '../../lib/private/contract';
import type { Lease, LeaseStore, TakeoverState } from '../../runtime/ports';

export class MemoryLeaseStore implements LeaseStore {
  epoch = 0;
  state: TakeoverState = { moves: {}, tombstones: [] };
  private owner?: string;
  private expiresAt = 0;
  private dirty = false;

  async acquire(owner: string, now: number): Promise<Lease | undefined> {
    if (this.owner !== undefined && this.expiresAt > now) {
      this.dirty = true;
      return undefined;
    }
    this.owner = owner;
    this.expiresAt = now + LEASE_SECONDS * 1000;
    this.dirty = false;
    this.epoch++;
    return { owner, epoch: this.epoch, state: this.state };
  }

  async save(lease: Lease, state: TakeoverState, now: number): Promise<boolean> {
    if (lease.epoch !== this.epoch) return false;
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
    this.owner = undefined;
    return true;
  }
}
