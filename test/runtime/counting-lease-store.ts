import { MemoryLeaseStore } from '../../rehearsal/planes/memory-lease-store';
import type { Lease, TakeoverState } from '../../runtime/ports';

/** The rehearsal's table, with its writes counted. */
export class CountingLeaseStore extends MemoryLeaseStore {
  saves = 0;

  override async save(lease: Lease, state: TakeoverState, now: number): Promise<boolean> {
    const saved = await super.save(lease, state, now);
    if (saved) this.saves++;
    return saved;
  }
}
