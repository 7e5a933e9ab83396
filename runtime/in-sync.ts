import type { InstanceRecordPorts } from './instance-record-ports';

/** Route 53 says that a change is everywhere within 60 s. Source: Route 53 API reference, "ChangeResourceRecordSets". */
const IN_SYNC_WITHIN_MS = 90_000;
const LOOK_FOR_SYNC_MS = 3000;
/** Waits until all name servers have a change. False when they had it not in time, or when nobody could be asked. */
export async function isEverywhere(
  { clock, records }: Pick<InstanceRecordPorts, 'clock' | 'records'>,
  id: string,
  began = clock.elapsed(),
): Promise<boolean> {
  for (;;) {
    if (await records.isInSync(id).catch(() => false)) return true;
    if (clock.elapsed() - began > IN_SYNC_WITHIN_MS) return false;
    await clock.sleep(LOOK_FOR_SYNC_MS);
  }
}
