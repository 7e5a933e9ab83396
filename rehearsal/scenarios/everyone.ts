/** Clients of a whole fleet, for what none of them may notice. */
import { UsageError } from '../usage-error';
import { NOTHING, nameWitnesses, virtualIpWitnesses, type Witness } from './clients';
import type { Stage } from './scenario';

/** Two clients of the first name that leads to the fleet, and one of the first virtual IP; no request of theirs may fail. */
export function everyone({ fleet, box, random }: Stage): Witness[] {
  const played = { door: box.door, seed: Math.floor(random() * 2 ** 31) };
  const addresses = [
    ...fleet.slots.map(({ address }) => address),
    ...(fleet.takeover?.addresses.values() ?? []),
    ...(fleet.pool?.addresses.values() ?? []),
  ];
  const records = fleet.zones.flatMap((zone) => zone.records).filter(({ type }) => type === 'A');
  const name = records.find(({ values }) => values.some((value) => addresses.includes(value)))?.name;
  const [virtualIp] = box.takeover?.topology.virtualIps ?? [];
  const witnesses = [
    ...(name === undefined ? [] : nameWitnesses(name, played, NOTHING)),
    ...(fleet.takeover && virtualIp ? virtualIpWitnesses([virtualIp], fleet.takeover, played, NOTHING) : []),
  ];
  if (witnesses.length === 0) {
    throw new UsageError(`no name and no virtual IP leads to '${fleet.stack}', so nobody would notice: add a MultivalueEndpoint`);
  }
  return witnesses;
}
