/** A zone of the control plane as the DNS server serves it at this moment: changes that are PENDING do not count yet. */
import { type HostedZone, RECORD_TYPES, type RecordType } from '../dns/records';
import type { ResourceRecordSet } from './api';
import type { ControlPlane } from './control-plane';
import { plainName } from './names';
import { fromApi } from './translate';

/**
 * The NS and SOA of the apex become the zone's name servers; the DNS server makes those records from them. Types that it cannot write
 * are left out.
 */
export function zoneOf(plane: ControlPlane, zoneId: string): HostedZone {
  const { id, name, records } = plane.served(zoneId);
  const isOwn = ({ Name, Type }: ResourceRecordSet) => Name === name && Type === 'NS';
  return {
    id,
    name: plainName(name),
    records: records
      .filter(isWritten)
      .filter((set) => !isOwn(set))
      .map((set) => fromApi(set, id)),
    nameServers: records.find(isOwn)?.ResourceRecords?.map(({ Value }) => plainName(Value)) ?? [],
  };
}

function isWritten(set: ResourceRecordSet): set is ResourceRecordSet & { Type: RecordType } {
  return RECORD_TYPES.some((type) => type === set.Type);
}
