import type { InstanceRecordPorts, PendingChange } from './instance-record-ports';

/** Route 53 says that a change is everywhere within 60 s. Source: Route 53 API reference, "ChangeResourceRecordSets". */
const IN_SYNC_WITHIN_MS = 90_000;
const LOOK_FOR_SYNC_MS = 3000;

/** Waits until all name servers have a change. False when they had it not in time, undefined when nobody could be asked. */
export async function isEverywhere(
  { clock, records }: Pick<InstanceRecordPorts, 'clock' | 'records'>,
  id: string,
  began = clock.elapsed(),
): Promise<boolean | undefined> {
  for (;;) {
    const isInSync = await records.isInSync(id).catch(() => undefined);
    if (isInSync || clock.elapsed() - began > IN_SYNC_WITHIN_MS) return isInSync;
    await clock.sleep(LOOK_FOR_SYNC_MS);
  }
}

/** Changes of which nobody knows yet that every name server has them: those of the runs before, and those of this one. */
export class ChangesUnderWay {
  constructor(private changes: readonly PendingChange[]) {}

  get pending(): readonly PendingChange[] {
    return this.changes;
  }

  /** Whether one of them publishes the record. */
  publishes(key: string): boolean {
    return this.changes.some(({ keys }) => keys.includes(key));
  }

  add(change: PendingChange): void {
    this.changes = [...this.changes, change];
  }

  /**
   * Waits, and keeps what is pending then. One about which nobody could be asked is forgotten: Route 53 may have forgotten it, too.
   *
   * @returns those that are not everywhere for certain
   */
  async untilEverywhere(ports: Pick<InstanceRecordPorts, 'clock' | 'records'>): Promise<PendingChange[]> {
    const began = ports.clock.elapsed();
    const pending: PendingChange[] = [];
    const missing: PendingChange[] = [];
    for (const change of this.changes) {
      const isDone = await isEverywhere(ports, change.id, began);
      if (isDone) continue;
      missing.push(change);
      if (isDone === false) pending.push(change);
    }
    this.changes = pending;
    return missing;
  }
}
