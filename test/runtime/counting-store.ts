import { MemoryTakeoverStore } from '../../rehearsal/planes/memory-takeover-store';
import type { Stored, TakeoverState } from '../../runtime/ports';

/** The table in memory, which counts what is written to it. */
export class CountingStore extends MemoryTakeoverStore {
  commits = 0;

  get state(): TakeoverState {
    return this.stored.state;
  }

  get epoch(): number {
    return this.stored.epoch;
  }

  /** The next run finds this state. */
  remember(state: Partial<TakeoverState>): void {
    this.stored = { epoch: this.stored.epoch + 1, state: { ...this.stored.state, ...state } };
  }

  override async commit(stored: Stored, state: TakeoverState, owner: string): Promise<boolean> {
    const done = await super.commit(stored, state, owner);
    if (done) this.commits++;
    return done;
  }
}
