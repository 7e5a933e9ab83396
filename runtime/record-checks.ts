/** Health checks of records: made, tagged and deleted at the pace that Route 53 takes. */
import type { RecordsTopology } from '../lib/private/records-contract';
import type { AddressRecord } from './core/address-record';
import { callerReference, type Publication } from './core/plan-instance-records';
import type { InstanceRecordPorts } from './instance-record-ports';

type Ports = Pick<InstanceRecordPorts, 'checks' | 'clock'>;

/**
 * Milliseconds for each health check that is made or deleted, and how many one look makes. Route 53 takes 50 at once and then one every two
 * seconds; it deletes 15 at once and then 3 a second. Source: Route 53 developer guide, "Throttling for Amazon Route 53 API requests".
 */
export const PACE_MS = 350;
export const MOST_MADE = 50;
/** Letters of a tag's value at most. Source: Route 53 API reference, "Tag". */
const MOST_TAG_LETTERS = 256;

/**
 * The record with its health check, which is made where there is none to keep.
 *
 * @param spare one that was made for the very record
 */
export async function withCheck(
  { checks, clock }: Ports,
  { owner, tag }: Pick<RecordsTopology, 'owner' | 'tag'>,
  publication: Publication,
  spare?: string,
): Promise<AddressRecord> {
  const { record, before, keepsCheck, name, instanceId } = publication;
  if (name.check === undefined) return record;
  if (keepsCheck) return { ...record, healthCheckId: before?.healthCheckId };
  const healthCheckId =
    spare ??
    (await checks.create({
      reference: callerReference(owner, publication, clock.now()),
      ipAddress: record.values[0] ?? '',
      settings: name.check,
    }));
  // Also one that was there: perhaps that is what failed then.
  const label = `${instanceId} ${name.recordName}`.slice(0, MOST_TAG_LETTERS);
  await checks.tag(healthCheckId, { Name: label, [tag.key]: tag.value });
  return { ...record, healthCheckId };
}

/** Deletes health checks at the pace that Route 53 takes. @returns those that are there still */
export async function deleteChecks(
  { checks, clock }: Ports,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly error: unknown }[]> {
  const left: { readonly id: string; readonly error: unknown }[] = [];
  for (const id of ids) {
    await checks.delete(id).catch((error: unknown) => left.push({ id, error }));
    await clock.sleep(PACE_MS);
  }
  return left;
}
