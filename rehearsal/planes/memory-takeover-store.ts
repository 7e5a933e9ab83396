/** The takeover function's table, in memory: the same conditional write, one at a time because nothing here runs in parallel. */
import { EMPTY_STATE } from '../../runtime/core/model';
import type { Stored, TakeoverState, TakeoverStore } from '../../runtime/ports';

export class MemoryTakeoverStore implements TakeoverStore {
  stored: Stored = { epoch: 0, state: EMPTY_STATE };

  async read(): Promise<Stored> {
    return this.stored;
  }

  async commit({ epoch }: Stored, state: TakeoverState, _owner: string): Promise<boolean> {
    if (epoch !== this.stored.epoch) return false;
    this.stored = { epoch: epoch + 1, state };
    return true;
  }
}
