import type { RecordChange } from './core/address-record';
import { ZONE_PAUSE_MS } from './core/record-sets';
import type { InstanceRecordPorts } from './instance-record-ports';
import { Busy } from './ports';

/** How often a batch is sent to a zone that is at another one. */
const MOST_ATTEMPTS = 5;

/** Changes records, again and again while the zone is at another change: that says nothing against this one. @returns id of the change */
export async function changeWhenFree(
  { clock, records }: Pick<InstanceRecordPorts, 'clock' | 'records'>,
  zoneId: string,
  changes: readonly RecordChange[],
): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await records.change(zoneId, changes);
    } catch (error) {
      if (!(error instanceof Busy) || attempt === MOST_ATTEMPTS) throw error;
      await clock.sleep(ZONE_PAUSE_MS);
    }
  }
}
