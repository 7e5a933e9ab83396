import { Annotations, type Duration, Fn, Stack, Tags, Token } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { canonicalIpv6 } from '../private/ipv6';
import { fail } from '../private/validate';
import { AddressRouting } from './address-routing';
import type { AddressSourceConfig, PublishedAddress } from './address-source';
import type { ProxyHealthCheck } from './proxy-health-check';

/** Route 53 keeps at most this many records of one name and type. Source: Route 53 developer guide, "Quotas". */
export const MAX_RECORDS = 100;

const POLICIES = {
  [AddressRouting.MULTIVALUE]: { multiValueAnswer: true },
  [AddressRouting.WEIGHTED]: { weight: 1 },
};

/** One name and what its records have in common. */
export interface AddressGroup {
  readonly zone: route53.IHostedZone;
  readonly recordName?: string;
  readonly ttl: Duration;
  readonly healthCheck: ProxyHealthCheck;
  readonly routing: AddressRouting;
  readonly recordTypes: route53.RecordType[];
}

/** What one address became in one record type. */
export interface PublishedRecord {
  readonly recordType: route53.RecordType;
  readonly record: route53.RecordSet;
  readonly healthCheck: route53.HealthCheck;
}

/** Both address families, as the types of the records that publish them. */
export const ADDRESS_RECORD_TYPES = [route53.RecordType.A, route53.RecordType.AAAA];

/** One record and one health check for each family of each address, both judged and removed by themselves. */
export function publishAddresses(scope: Construct, source: AddressSourceConfig, group: AddressGroup): PublishedRecord[] {
  validateAddresses(scope, source.addresses);
  validatePort(scope, group.healthCheck._port, source.ports);
  return source.addresses.flatMap((address) => {
    const home = new Construct(scope, address.name);
    return recordsOf(address, group.recordTypes).map(({ recordType, value }) => {
      const place = placeOf(home, recordType);
      const healthCheck = checkAddress(place, group.healthCheck, value, recordType);
      const record = new route53.RecordSet(place, 'Record', {
        zone: group.zone,
        recordName: group.recordName,
        recordType,
        ttl: group.ttl,
        ...POLICIES[group.routing],
        setIdentifier: address.setIdentifier,
        healthCheck,
        target: addressTarget(value),
        comment: `${scope.node.path}: ${address.name}`,
      });
      if (address.ready) record.node.addDependency(address.ready);
      return { recordType, record, healthCheck };
    });
  });
}

/** Record types in which all the addresses can be published: every proxy must be reached over every family. */
export function recordTypesOf(addresses: PublishedAddress[]): route53.RecordType[] {
  return ADDRESS_RECORD_TYPES.filter((type) => addresses.every((address) => recordsOf(address, [type]).length > 0));
}

/** Where the constructs of a record type are: those of IPv4 were there first. */
export function placeOf(scope: Construct, recordType: route53.RecordType): Construct {
  return recordType === route53.RecordType.A ? scope : new Construct(scope, 'Ipv6');
}

/** The health check of one address, called after its place. */
export function checkAddress(
  place: Construct,
  check: ProxyHealthCheck,
  address: string,
  recordType: route53.RecordType,
): route53.HealthCheck {
  const healthCheck = check._bind(place, 'HealthCheck', address, recordType === route53.RecordType.A ? 'IPv4' : 'IPv6');
  Tags.of(healthCheck).add('Name', place.node.path);
  return healthCheck;
}

/** Joins, because the strict rule engine takes a bare reference to an address for something that is no address. */
export function addressTarget(...ipAddresses: string[]): route53.RecordTarget {
  return route53.RecordTarget.fromIpAddresses(...ipAddresses.map((address) => Fn.join('', [address, ''])));
}

/** Refuses what Route 53 or resolvers would, and warns of a TTL that costs more than it gives. */
export function validateTtl(scope: Construct, ttl: Duration): void {
  if (ttl.isUnresolved()) return;
  const seconds = ttl.toMilliseconds() / 1000;
  if (!Number.isInteger(seconds) || seconds < 1) {
    fail(scope, `ttl must be a whole number of seconds, 1 at least, got ${seconds}: use Duration.seconds(60)`);
  }
  if (seconds > 60) {
    Annotations.of(scope).addWarningV2(
      'cdk-proxy-fleet:longTtl',
      `ttl of ${seconds} s keeps clients on a dead address for that long: use 60 s or less`,
    );
  }
  if (seconds < 10) {
    Annotations.of(scope).addWarningV2(
      'cdk-proxy-fleet:shortTtl',
      `ttl of ${seconds} s costs a query for nearly every connection and many resolvers ignore it: use 10 s or more`,
    );
  }
}

/** Refuses a group of records that Route 53 would. */
export function validateAddresses(scope: Construct, addresses: PublishedAddress[]): void {
  if (addresses.length === 0) fail(scope, 'addresses must hold at least 1 address, got 0: give a fleet with slots');
  if (addresses.length > MAX_RECORDS) {
    fail(
      scope,
      `a name has at most ${MAX_RECORDS} multivalue records, got ${addresses.length}: spread the fleet over several names`,
    );
  }
  for (const key of ['name', 'setIdentifier', 'ipAddress', 'ipv6Address'] as const) {
    const values = addresses.flatMap((address) => address[key] ?? []).map(canonicalIpv6);
    const twice = values.find((value, index) => values.indexOf(value) !== index);
    if (twice !== undefined) fail(scope, `${key} must be unique within a name, got '${twice}' twice: publish each address once`);
  }
  for (const { setIdentifier } of addresses) {
    if (!Token.isUnresolved(setIdentifier) && (setIdentifier.length < 1 || setIdentifier.length > 128)) {
      fail(scope, `setIdentifier must have 1 to 128 characters, got ${setIdentifier.length}: use a shorter construct id`);
    }
  }
}

/** Each address family is published by records of a type of its own. */
function recordsOf(
  { ipAddress, ipv6Address }: PublishedAddress,
  recordTypes: route53.RecordType[],
): { recordType: route53.RecordType; value: string }[] {
  return recordTypes.flatMap((recordType) => {
    const value = recordType === route53.RecordType.A ? ipAddress : ipv6Address;
    return value === undefined ? [] : [{ recordType, value }];
  });
}

/** Listeners may be added later, so this waits for the end. */
export function validatePort(scope: Construct, port: number, ports?: string[]): void {
  if (ports === undefined || Token.isUnresolved(port)) return;
  scope.node.addValidation({
    validate: () => {
      const open: string[] = Stack.of(scope).resolve(ports);
      if (open.some((candidate) => typeof candidate !== 'string' || candidate === String(port))) return [];
      return [
        `port of a health check must be one on which the proxies answer (${open.join(', ')}), got ${port}: nothing would ever be healthy`,
      ];
    },
  });
}
