/** The record function's stage with private proxies, and observers that see what a test lets them see. */
import type { Health } from '../../lib/private/takeover-contract';
import type { Observation } from '../../runtime/ports';
import { addressOf, recordsStage, TOPOLOGY } from './records-stage';

export const ZONES = ['a', 'b'];
/** The zone of an instance, in turn. */
const zoneOf = (id: string) => ZONES[Number(id.slice(2)) % 2];

export function privateStage() {
  const [{ check, ...name }] = TOPOLOGY.names as [(typeof TOPOLOGY.names)[number]];
  const rig = recordsStage({ names: [name], probes: ZONES.map((zone) => ({ zone, functionName: `probe-${zone}` })) });
  const { ports } = rig;
  /** What differs from ready, of an address as somebody in a zone sees it. */
  const health = new Map<string, Health>();
  const blind = new Set<string>();
  let looks = 0;
  const { hosts } = ports;
  Object.assign(ports, {
    hosts: {
      addresses: async (ids: string[]) =>
        new Map([...(await hosts.addresses(ids))].map(([id, host]) => [id, { ...host, zone: zoneOf(id) }])),
    },
    prober: {
      observe: async (addresses: string[]): Promise<Observation[]> => {
        looks++;
        return ZONES.filter((zone) => !blind.has(zone)).map((zone) => ({
          zone,
          health: Object.fromEntries(
            addresses.map((address) => [address, health.get(`${address} ${zone}`) ?? health.get(address) ?? 'ready']),
          ),
        }));
      },
    },
  });
  const see = (id: string, seen?: Health, zone = '') => {
    const key = `${addressOf(id)} ${zone}`.trim();
    if (seen === undefined) health.delete(key);
    else health.set(key, seen);
  };
  return { ...rig, see, blind, looks: () => looks };
}
