/** What stands for the targets of a configuration: little web servers on loopback addresses. */
import type { HostedZone, RecordSet } from '../dns/records';
import { fixedTargetsOf, namedTargetsOf } from './adapt-configuration';
import { localPort, type Place } from './surroundings';

/** A name leads to two targets, as most names of services do. */
const PER_NAME = [1, 2];

/** The port of targets behind an SRV record. */
const SRV_PORT = 8080;

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
  const names = [...new Set(named.map(({ name }) => name))];
  const addressesOf = (name: string) => PER_NAME.map((each) => `127.21.${names.indexOf(name)}.${each}`);
  const behindNames = named.flatMap(({ name, port = SRV_PORT }) =>
    addressesOf(name).map((address) => [`${name} ${address}:${port}`, { address, port }] as const),
  );
  const zones = names.map((name) => {
    const ported = named.some((each) => each.name === name && each.port !== undefined);
    const records = ported ? group(name, 'A', addressesOf(name)) : serviceRecords(name, addressesOf(name));
    // A zone of its own: the name may lie in a zone that the template holds, too.
    return { id: name, name, records, nameServers: [`ns-1.${name}`] };
  });
  return { places: new Map([...replacements, ...behindNames]), replacements, zones };
}

/** An SRV record that names hosts, with the addresses of these. */
function serviceRecords(name: string, addresses: string[]): RecordSet[] {
  const hosts = addresses.map((address, index) => ({ host: `target-${index + 1}.${name}`, address }));
  const services = hosts.map(({ host }) => `1 1 ${SRV_PORT} ${host}`);
  return [...group(name, 'SRV', services), ...hosts.flatMap(({ host, address }) => group(host, 'A', [address]))];
}

/** Records of one name, one for each value. */
function group(name: string, type: RecordSet['type'], values: string[]): RecordSet[] {
  return values.map((value, index) => ({
    ...{ name, type, ttl: 60, values: [value], setIdentifier: `${index}` },
    routing: { policy: 'multivalue' },
  }));
}
