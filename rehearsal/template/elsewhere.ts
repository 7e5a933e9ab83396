/**
 * Addresses that names lead to and that are neither a slot's nor a virtual IP's: another Region, another fleet, a service of somebody
 * else. Nothing may connect to them, so they become loopback addresses, 127.60.0.<n>, and fd00:60::<n> in name alone.
 */
import type { HostedZone, RecordSet } from '../dns/records';

export interface Elsewhere {
  readonly zones: HostedZone[];
  readonly addresses: string[];
  /** One sentence for each name. */
  readonly said: string[];
}

/** @param published the loopback addresses of the fleet */
export function standInElsewhere(zones: readonly HostedZone[], published: ReadonlySet<string>): Elsewhere {
  const standIns = new Map<string, string>();
  const foreign = new Map<string, string[]>();
  const standIn = ({ name, type }: RecordSet, value: string): string => {
    if (published.has(value)) return value;
    const number = [...standIns.keys()].filter((key) => key.startsWith(`${type} `)).length + 1;
    const place = standIns.get(`${type} ${value}`) ?? (type === 'A' ? `127.60.0.${number}` : `fd00:60::${number.toString(16)}`);
    standIns.set(`${type} ${value}`, place);
    foreign.set(name, [...(foreign.get(name) ?? []), value]);
    return place;
  };
  const played = zones.map((zone) => ({
    ...zone,
    records: zone.records.map((record) =>
      record.type === 'A' || record.type === 'AAAA'
        ? { ...record, values: record.values.map((value) => standIn(record, value)) }
        : record,
    ),
  }));
  const said = [...foreign].map(
    ([name, values]) =>
      `the name ${name} leads to ${values.join(', ')}, no slot and no virtual IP: something answers there in the rehearsal, and never fails`,
  );
  return { zones: played, addresses: [...standIns.values()].filter((place) => place.startsWith('127.')), said };
}
