/** What stands for the targets of a configuration: little web servers on loopback addresses. */
import type { HostedZone } from '../dns/records';
import { fixedTargetsOf, namedTargetsOf } from './adapt-configuration';
import { localPort, type Place } from './surroundings';

/** A name leads to two targets, as most names of services do. */
const NAMED = ['127.21.0.1', '127.21.0.2'];

export interface StandInTargets {
  /** Every server to start, by its name. */
  readonly places: ReadonlyMap<string, Place>;
  /** What replaces an 'address:port' of the configuration. */
  readonly replacements: ReadonlyMap<string, Place>;
  /** What our DNS server answers in place of the VPC's resolver. */
  readonly zones: HostedZone[];
}

export function standInTargets(configuration: string): StandInTargets {
  const fixed = [...new Set(fixedTargetsOf(configuration))];
  const replacements = new Map(
    fixed.map((target, index) => [
      target,
      { address: `127.20.0.${index + 1}`, port: localPort(Number(target.split(':').at(-1))) },
    ]),
  );
  const named = namedTargetsOf(configuration);
  const behindNames = named.flatMap(({ name, port }) =>
    NAMED.map((address) => [`${name} ${address}:${port}`, { address, port }] as const),
  );
  const places = new Map([...replacements, ...behindNames]);
  const zones = [...new Set(named.map(({ name }) => name))].map((name) => ({
    id: name,
    // A zone of its own: the name may lie in a zone that the template holds, too.
    name,
    records: NAMED.map((value, index) => ({
      name,
      type: 'A' as const,
      ttl: 60,
      values: [value],
      routing: { policy: 'multivalue' as const },
      setIdentifier: `${index}`,
    })),
    nameServers: [`ns-1.${name}`],
  }));
  return { places, replacements, zones };
}
