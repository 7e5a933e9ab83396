/** The record function's table, in memory: the same conditions, one at a time because nothing here runs in parallel. */
import type { Known, Left, Note, Notes, PendingChange, RecordLease } from '../../runtime/instance-record-ports';

export class MemoryRecordLease implements RecordLease {
  holder?: { readonly run: string; readonly until: number };
  notes: Notes = { version: 0, live: [], leaving: [] };
  private pending: readonly PendingChange[] = [];

  async take(run: string, now: number, until: number, note?: Note): Promise<Known | undefined> {
    const { version, live, leaving } = this.notes;
    const isRepeated = this.holder !== undefined && note?.live !== undefined && live.includes(note.live);
    if (note && !isRepeated) {
      this.notes = { version: version + 1, live: withOne(live, note.live), leaving: withOne(leaving, note.leaving) };
    }
    if (this.holder && this.holder.run !== run && this.holder.until >= now) return undefined;
    this.holder = { run, until };
    return { notes: this.notes, pending: this.pending };
  }

  async finish(run: string, version: number, { forget, pending }: Left): Promise<Notes | undefined> {
    if (this.holder?.run !== run) return undefined;
    if (this.notes.version !== version) return this.notes;
    const without = (name: 'live' | 'leaving') => this.notes[name].filter((id) => !forget[name].includes(id));
    this.notes = { version, live: without('live'), leaving: without('leaving') };
    this.pending = pending;
    this.holder = undefined;
    return undefined;
  }

  async release(run: string, pending = this.pending): Promise<void> {
    if (this.holder?.run !== run) return;
    this.pending = pending;
    this.holder = undefined;
  }
}

function withOne(ids: readonly string[], id?: string): string[] {
  return [...new Set(id === undefined ? ids : [...ids, id])];
}
