/** What is wrong with a health check's configuration by itself. Source of every rule: API reference, `HealthCheckConfig`. */
import { BlockList, isIP, isIPv4 } from 'node:net';
import type { HealthCheckConfig, HealthCheckRegion, HealthCheckType } from './api';
import { ASSUMED } from './assumed-texts';
import { SEEN } from './seen-texts';

const REGIONS: readonly HealthCheckRegion[] = [
  ...(['us-east-1', 'us-west-1', 'us-west-2', 'eu-west-1'] as const),
  ...(['ap-southeast-1', 'ap-southeast-2', 'ap-northeast-1', 'sa-east-1'] as const),
];
const MIN_REGIONS = 3;
const ENDPOINTS: readonly HealthCheckType[] = ['HTTP', 'HTTPS', 'HTTP_STR_MATCH', 'HTTPS_STR_MATCH', 'TCP'];
const TYPES: readonly HealthCheckType[] = [...ENDPOINTS, 'CALCULATED', 'CLOUDWATCH_METRIC', 'RECOVERY_CONTROL'];

/** The developer guide says 255, the API's model 256. */
const MAX_CHILDREN = 255;
const MAX_HEALTH_THRESHOLD = 256;
const MAX_TEXT = 255;

/** Fields of endpoint checks alone. */
const ENDPOINT_FIELDS = [
  ...(['IPAddress', 'Port', 'ResourcePath', 'FullyQualifiedDomainName', 'SearchString'] as const),
  ...(['RequestInterval', 'FailureThreshold', 'EnableSNI', 'Regions'] as const),
];

/**
 * Local, private, shared and multicast ranges (RFC 5735, 6598, 5156). Addresses reserved for documentation pass, so that examples can
 * be deployed to the simulator.
 */
const NOT_PUBLIC = new BlockList();
for (const [network, bits] of [
  ...([
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
  ] as const),
  ...([
    ['192.0.0.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ] as const),
]) {
  NOT_PUBLIC.addSubnet(network, bits, 'ipv4');
}
for (const [network, bits] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  NOT_PUBLIC.addSubnet(network, bits, 'ipv6');
}

function isPublic(address: string): boolean {
  // An IPv4 address written as IPv6; a subnet of these would hold every IPv4 address, because a block list does not tell them apart.
  if (address.toLowerCase().startsWith('::ffff:')) return false;
  return !NOT_PUBLIC.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** Every problem, the most basic ones first. */
export function checkHealthCheck(config: HealthCheckConfig): string[] {
  const { Type } = config;
  if (!TYPES.includes(Type)) {
    return [ASSUMED.constraint('healthCheckConfig.type', Type, `satisfy enum value set: [${TYPES.join(', ')}]`)];
  }
  const isEndpoint = ENDPOINTS.includes(Type);
  return [...(isEndpoint ? checkEndpoint(config) : foreignFields(config)), ...checkOwnFields(config, isEndpoint)];
}

const problem = (broken: boolean, field: string, matter: string) => (broken ? [ASSUMED.healthCheck(field, matter)] : []);

function outside(value: number | undefined, from: number, to: number): boolean {
  return value !== undefined && !(Number.isInteger(value) && value >= from && value <= to);
}

function foreignFields(config: HealthCheckConfig): string[] {
  return ENDPOINT_FIELDS.flatMap((field) =>
    problem(config[field] !== undefined, field, `is not allowed with type ${config.Type}`),
  );
}

function checkEndpoint(config: HealthCheckConfig): string[] {
  const { Type, IPAddress: ip, Port, FullyQualifiedDomainName: name, SearchString, Regions } = config;
  const isAddress = ip !== undefined && isIP(ip) !== 0;
  const matches = Type.endsWith('_STR_MATCH');
  return [
    ...problem(ip === undefined && name === undefined, 'IPAddress', 'or FullyQualifiedDomainName must be specified'),
    ...problem(ip !== undefined && !isAddress, 'IPAddress', `must be an IPv4 or IPv6 address, got ${ip}`),
    ...problem(
      isAddress && !isPublic(ip),
      'IPAddress',
      `must be public: ${ip} is in a local, private, non-routable or multicast range`,
    ),
    ...(Type === 'TCP' && ip !== undefined && name !== undefined ? [SEEN.tcpWithName] : []),
    ...problem(Type === 'TCP' && Port === undefined, 'Port', 'must be specified for TCP health checks'),
    ...problem(outside(Port, 1, 65_535), 'Port', `must be 1 to 65535, got ${Port}`),
    ...problem((config.ResourcePath?.length ?? 0) > MAX_TEXT, 'ResourcePath', `must have ${MAX_TEXT} characters at most`),
    ...problem((name?.length ?? 0) > MAX_TEXT, 'FullyQualifiedDomainName', `must have ${MAX_TEXT} characters at most`),
    ...problem(matches && !SearchString, 'SearchString', `must be specified with type ${Type}`),
    ...problem(!matches && SearchString !== undefined, 'SearchString', `is not allowed with type ${Type}`),
    ...problem((SearchString?.length ?? 0) > MAX_TEXT, 'SearchString', `must have ${MAX_TEXT} characters at most`),
    ...problem(
      ![undefined, 10, 30].includes(config.RequestInterval),
      'RequestInterval',
      `must be 10 or 30, got ${config.RequestInterval}`,
    ),
    ...problem(outside(config.FailureThreshold, 1, 10), 'FailureThreshold', `must be 1 to 10, got ${config.FailureThreshold}`),
    ...checkRegions(Regions),
  ];
}

function checkRegions(regions: readonly string[] | undefined): string[] {
  if (regions === undefined) return [];
  const different = new Set(regions);
  const unknown = [...different].filter((region) => !REGIONS.some((known) => known === region));
  return [
    ...problem(unknown.length > 0, 'Regions', `must be of ${REGIONS.join(', ')}, got ${unknown.join(', ')}`),
    ...problem(different.size < MIN_REGIONS, 'Regions', `must be ${MIN_REGIONS} different ones at least, got ${different.size}`),
  ];
}

function checkOwnFields(config: HealthCheckConfig, isEndpoint: boolean): string[] {
  const { Type, ChildHealthChecks: children, HealthThreshold, AlarmIdentifier, RoutingControlArn } = config;
  const calculated = Type === 'CALCULATED';
  const alarm = Type === 'CLOUDWATCH_METRIC';
  const control = Type === 'RECOVERY_CONTROL';
  return [
    ...problem(!calculated && children !== undefined, 'ChildHealthChecks', `is not allowed with type ${Type}`),
    ...problem(
      (children?.length ?? 0) > MAX_CHILDREN,
      'ChildHealthChecks',
      `must be ${MAX_CHILDREN} at most, got ${children?.length}`,
    ),
    ...problem(!calculated && HealthThreshold !== undefined, 'HealthThreshold', `is not allowed with type ${Type}`),
    ...problem(
      outside(HealthThreshold, 0, MAX_HEALTH_THRESHOLD),
      'HealthThreshold',
      `must be 0 to ${MAX_HEALTH_THRESHOLD}, got ${HealthThreshold}`,
    ),
    ...problem(alarm && AlarmIdentifier === undefined, 'AlarmIdentifier', 'must be specified for CloudWatch alarm health checks'),
    ...(isEndpoint && AlarmIdentifier !== undefined ? [SEEN.alarmOnBasic] : []),
    ...problem(!isEndpoint && !alarm && AlarmIdentifier !== undefined, 'AlarmIdentifier', `is not allowed with type ${Type}`),
    ...problem(
      control && RoutingControlArn === undefined,
      'RoutingControlArn',
      'must be specified for routing control health checks',
    ),
    ...problem(!control && RoutingControlArn !== undefined, 'RoutingControlArn', `is not allowed with type ${Type}`),
  ];
}
