/**
 * Reads a fleet out of a template.
 *
 * A slot is an auto scaling group whose launch template names a network interface; its address is the Elastic IP associated with that
 * interface. Virtual IPs are what the topology in the takeover function's environment names. Addresses become loopback addresses:
 * 127.10.<zone>.<slot> for a slot (a machine has only one IPv6 loopback address, so fd00:10::<zone>:<slot> is its IPv6 address in
 * name alone), 127.3k.<zone>.<slot> for its secondary address k, 127.100.0.<n> for a virtual IP.
 */
import {
  DRAIN_ENVIRONMENT_PATH,
  GUARD_PATH,
  HAPROXY_CONFIG_PATH,
  NGINX_CONFIG_PATH,
  WATCHDOG_PATH,
} from '../../lib/private/contract';
import { ENV, type FleetTopology, VIRTUAL_IP_RESOURCE_TYPE } from '../../lib/private/takeover-contract';
import type { HostedZone } from '../dns/records';
import { type HealthCheck, isEndpointCheck, isWatching } from '../health/health-check';
import { UsageError } from '../usage-error';
import { standInElsewhere } from './elsewhere';
import { evaluate, referenceOf } from './evaluate';
import { fetchedPrograms } from './fetched-programs';
import type { Json, LoadedTemplate, Template } from './load-template';
import type { FleetModel, SlotModel, TakeoverModel } from './model';
import { readDns } from './read-dns';
import { publishersOf, readElastic } from './read-elastic';
import { type HostFiles, readHeartbeat } from './read-heartbeat';
import { objectOf, resourcesOf } from './resources';
import { sweepOf } from './sweep-of';
import { virtualIpAddresses } from './virtual-ip-addresses';
import { writtenFiles } from './written-files';

export function readFleet({ stack, template, assets }: LoadedTemplate): FleetModel {
  const fixed = findSlots(template);
  const elastic = readElastic(template);
  const places: Place[] = [...fixed, ...(elastic?.places ?? [])];
  const standIns = new Map(elastic?.standIns);
  places.forEach((place) => {
    standIns.set(place.interfaceId, place.interfaceId);
    if (place.elasticIp !== undefined) standIns.set(place.elasticIp, place.address);
    if (place.ipv6Address !== undefined) standIns.set(`${place.interfaceId}.PrimaryIpv6Address`, place.ipv6Address);
  });
  resourcesOf(template, 'AWS::EC2::Instance').forEach(([id], index) => {
    standIns.set(`${id}.PrivateIp`, `127.20.0.${index + 1}`);
  });
  for (const [reference, address] of virtualIpAddresses(template).standIns) standIns.set(reference, address);

  const takeover = readTakeover(template, standIns);
  const hosts = places.map((place) => ({ ...place, files: filesOf(place.userData, { template, assets }, standIns) }));
  const slots = hosts.map(readSlot);
  const dns = readDns(template, standIns);
  const published = new Set(standIns.values());
  const leading = dns.zones.filter(({ records }) => records.some(({ values }) => values.some((value) => published.has(value))));
  const { zones, addresses, said } = standInElsewhere(leading, published);
  const healthChecks = dns.healthChecks.map((check) =>
    isPlayed(check, zones, published) ? check : { ...check, disabled: true },
  );
  const skipped = [
    ...dns.skipped,
    ...said,
    ...unwatched(dns.healthChecks, healthChecks),
    ...unscheduled(template),
    ...inNameAlone(slots),
  ];
  if (slots.length === 0) {
    throw new UsageError(
      `'${stack}' holds no slot of a proxy fleet, so there is nothing to rehearse: name a stack with a ProxyFleet, ` +
        "or use 'proxy-fleet simulate', for which names and health checks are enough",
    );
  }
  const fleets = Math.max(
    new Set(slots.map(({ configuration }) => configuration)).size,
    topologiesOf(template).length,
    (fixed.length > 0 ? 1 : 0) + publishersOf(template).length,
  );
  if (fleets > 1)
    throw new UsageError(`'${stack}' holds ${fleets} fleets with configurations of their own: rehearse one fleet a stack`);
  if (takeover === undefined && zones.length === 0) {
    throw new UsageError(
      `no name and no virtual IP of '${stack}' leads to its fleet, so nobody would notice a failure and there is nothing to rehearse: ` +
        'add a MultivalueEndpoint or a VirtualIp to the stack',
    );
  }
  const heartbeat = takeover && readHeartbeat(hosts);
  const programs = programsOf(hosts[0]?.files);
  return {
    ...{ stack, slots, zones, healthChecks, elsewhere: addresses, skipped, takeover },
    ...(heartbeat && { heartbeat }),
    ...(elastic && { pool: elastic.pool, records: elastic.records }),
    ...(programs && { programs }),
    ...drainOf(hosts[0]?.files),
  };
}

/** With its virtual IPs elsewhere a proxy serves for as long as names of its own address may lead to it. */
function drainOf(files: HostFiles = new Map()): Pick<FleetModel, 'drainSeconds'> {
  const found = /^SERVE_SECONDS='?(\d+)'?$/m.exec(files.get(DRAIN_ENVIRONMENT_PATH) ?? '')?.[1];
  return found === undefined ? {} : { drainSeconds: Number(found) };
}

function programsOf(files: HostFiles = new Map()): FleetModel['programs'] {
  const [watchdog, guard] = [files.get(WATCHDOG_PATH), files.get(GUARD_PATH)];
  return watchdog !== undefined && guard !== undefined ? { watchdog, guard } : undefined;
}

/** False for a template that this library did not write, and for an elastic fleet, of whose names nothing else need be known. */
export function holdsFleet(template: Template): boolean {
  return findSlots(template).length > 0;
}

/** Whether there is something on this machine to look at. What is not of this machine must not be asked. */
function isPlayed(check: HealthCheck, zones: readonly HostedZone[], published: ReadonlySet<string>): boolean {
  if (!isEndpointCheck(check)) return true;
  const { ipAddress, fullyQualifiedDomainName } = check;
  if (ipAddress !== undefined) return published.has(ipAddress);
  return zones.some(({ records }) => records.some(({ name }) => name === fullyQualifiedDomainName));
}

/** Health checks of which no scenario expects anything. */
function unwatched(before: readonly HealthCheck[], healthChecks: readonly HealthCheck[]): string[] {
  const resting = healthChecks.filter(isEndpointCheck).filter((check) => !isWatching(check));
  const own = resting.filter((check) => before.includes(check));
  const foreign = resting.filter((check) => !before.includes(check));
  const places = foreign.map(({ id, ipAddress, fullyQualifiedDomainName }) => `${id} (${ipAddress ?? fullyQualifiedDomainName})`);
  return [
    ...own.map(({ id }) => `health check ${id} is inverted or disabled, so its detection is not measured`),
    ...(places.length > 0 ? [`health checks of what is not rehearsed count as healthy: ${places.join(', ')}`] : []),
  ];
}

/** Of IPv6 the health checks and the answers are played, and the way to the proxy is not. */
function inNameAlone(slots: SlotModel[]): string[] {
  if (slots.every(({ ipv6Address }) => ipv6Address === undefined)) return [];
  return ["IPv6 health checks reach the slots' IPv4 loopback addresses, and clients and timeline ask for A records only"];
}

function unscheduled(template: Template): string[] {
  const virtualIps = resourcesOf(template, VIRTUAL_IP_RESOURCE_TYPE).map(([id]) => id);
  if (virtualIps.length === 0 || topologiesOf(template).length > 0) return [];
  return [`no rate() schedule runs the takeover function, so ${virtualIps.join(', ')} is not rehearsed`];
}

interface Place {
  readonly slot: string;
  readonly zone: string;
  readonly address: string;
  readonly ipv6Address?: string;
  readonly secondaryAddresses: string[];
  readonly interfaceId: string;
  readonly elasticIp?: string;
  readonly userData: Json;
}

/** Follows the references from groups over launch templates to interfaces, in the order in which the groups stand in the template. */
export function findSlots(template: Template): Place[] {
  const zones: string[] = [];
  return resourcesOf(template, 'AWS::AutoScaling::AutoScalingGroup')
    .flatMap(([, group]) => {
      const launch = objectOf(group.Properties?.LaunchTemplate);
      const data = objectOf(template.Resources[referenceOf(launch.LaunchTemplateId) ?? '']?.Properties?.LaunchTemplateData);
      const interfaceId = referenceOf(objectOf((data.NetworkInterfaces as Json[] | undefined)?.[0]).NetworkInterfaceId);
      const properties = template.Resources[interfaceId ?? '']?.Properties;
      if (interfaceId === undefined || properties === undefined || data.UserData === undefined) return [];
      const zone = String((evaluate(group.Properties?.AvailabilityZones, template, new Map()) as Json[] | null)?.[0] ?? 'zone');
      if (!zones.includes(zone)) zones.push(zone);
      const zoneNumber = zones.indexOf(zone) + 1;
      return [{ interfaceId, properties, zone, zoneNumber, userData: data.UserData }];
    })
    .map(({ interfaceId, properties, zone, zoneNumber, userData }, index) => ({
      slot: String(index + 1),
      zone,
      address: `127.10.${zoneNumber}.${index + 1}`,
      ...(Number(properties.Ipv6AddressCount ?? 0) > 0 && { ipv6Address: `fd00:10::${zoneNumber}:${index + 1}` }),
      secondaryAddresses: Array.from(
        { length: Number(properties.SecondaryPrivateIpAddressCount ?? 0) },
        (_, k) => `127.${30 + k}.${zoneNumber}.${index + 1}`,
      ),
      interfaceId,
      elasticIp: elasticIpOf(interfaceId, template),
      userData,
    }));
}

function elasticIpOf(interfaceId: string, template: Template): string | undefined {
  const association = resourcesOf(template, 'AWS::EC2::EIPAssociation').find(
    ([, { Properties }]) => referenceOf(Properties?.NetworkInterfaceId) === interfaceId,
  );
  return referenceOf(association?.[1].Properties?.AllocationId);
}

/** What cloud-init would write on the instance, and what it would fetch: contents by path. */
export function filesOf(
  userData: Json,
  { template, assets }: Omit<LoadedTemplate, 'stack'>,
  standIns: ReadonlyMap<string, string>,
): HostFiles {
  const written = new Map(
    writtenFiles(String(evaluate(userData, template, standIns))).map(({ path, content }) => [path, content]),
  );
  return new Map([...fetchedPrograms(written, assets), ...written]);
}

function readSlot({ files, ...place }: Place & { readonly files: HostFiles }): SlotModel {
  const configuration = files.get(HAPROXY_CONFIG_PATH) ?? files.get(NGINX_CONFIG_PATH);
  if (configuration === undefined) {
    throw new UsageError(
      `slot ${place.slot} gets neither ${HAPROXY_CONFIG_PATH} nor ${NGINX_CONFIG_PATH} in its user data: synthesize with this version of the library, and with an engine of its own`,
    );
  }
  const { slot, zone, address, ipv6Address, secondaryAddresses, interfaceId } = place;
  return { slot, zone, address, ...(ipv6Address && { ipv6Address }), secondaryAddresses, interfaceId, configuration };
}

function readTakeover(template: Template, standIns: ReadonlyMap<string, string>): TakeoverModel | undefined {
  for (const { sweepSeconds, encoded } of topologiesOf(template)) {
    const topology = JSON.parse(String(evaluate(encoded, template, standIns))) as FleetTopology;
    const addresses = new Map(
      resourcesOf(template, VIRTUAL_IP_RESOURCE_TYPE).map(([holder, { Properties: properties }]) => [
        String(evaluate(properties?.AllocationId, template, standIns)),
        standIns.get(`${holder}.IpAddress`) as string,
      ]),
    );
    return { topology, sweepSeconds, addresses };
  }
  return undefined;
}

/** What every takeover function is told: of the functions that know a topology, those that a schedule runs. */
export function topologiesOf(template: Template): { encoded: Json; sweepSeconds: number }[] {
  return resourcesOf(template, 'AWS::Lambda::Function').flatMap(([id, { Properties }]) => {
    const encoded = objectOf(objectOf(Properties?.Environment).Variables)[ENV.topology];
    const sweepSeconds = sweepOf(id, template);
    return encoded === undefined || sweepSeconds === undefined ? [] : [{ encoded, sweepSeconds }];
  });
}
