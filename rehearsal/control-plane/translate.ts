/** Between the API's record sets and health checks and those that the rehearsal's DNS and checkers play. */
import type { RecordSet, RecordType, Routing } from '../dns/records';
import type { Route53Check } from '../health/health-check';
import type { HealthCheckConfig, HealthCheckRegion, ResourceRecordSet } from './api';
import { plainName } from './names';

/** Seconds; what an alias is cached for when its target is an AWS service. Within the zone the target's own TTL counts. */
const ALIAS_TTL = 60;

export function toApi(record: RecordSet, zoneId: string): ResourceRecordSet {
  const { name, type, routing, setIdentifier, healthCheckId, alias } = record;
  return {
    ...{ Name: name, Type: type, ...policyFields(routing) },
    ...(setIdentifier !== undefined && { SetIdentifier: setIdentifier }),
    ...(healthCheckId !== undefined && { HealthCheckId: healthCheckId }),
    ...(alias
      ? {
          AliasTarget: {
            HostedZoneId: alias.zoneId ?? zoneId,
            DNSName: alias.name,
            EvaluateTargetHealth: alias.evaluateTargetHealth,
          },
        }
      : { TTL: record.ttl, ResourceRecords: record.values.map((Value) => ({ Value })) }),
  };
}

function policyFields(routing: Routing): Partial<ResourceRecordSet> {
  if (routing.policy === 'weighted') return { Weight: routing.weight };
  if (routing.policy === 'failover') return { Failover: routing.role };
  return routing.policy === 'multivalue' ? { MultiValueAnswer: true } : {};
}

export function fromApi(set: ResourceRecordSet & { Type: RecordType }, zoneId: string): RecordSet {
  const { Name, Type, SetIdentifier, HealthCheckId, AliasTarget: alias } = set;
  return {
    name: plainName(Name),
    type: Type,
    routing: routingOf(set),
    ...(SetIdentifier !== undefined && { setIdentifier: SetIdentifier }),
    ...(HealthCheckId !== undefined && { healthCheckId: HealthCheckId }),
    ttl: set.TTL ?? ALIAS_TTL,
    values: set.ResourceRecords?.map(({ Value }) => Value) ?? [],
    ...(alias && {
      alias: {
        name: plainName(alias.DNSName),
        ...(alias.HostedZoneId !== zoneId && { zoneId: alias.HostedZoneId }),
        evaluateTargetHealth: alias.EvaluateTargetHealth,
      },
    }),
  };
}

function routingOf({ Weight, Failover, MultiValueAnswer }: ResourceRecordSet): Routing {
  if (Weight !== undefined) return { policy: 'weighted', weight: Weight };
  if (Failover !== undefined) return { policy: 'failover', role: Failover };
  return { policy: MultiValueAnswer === true ? 'multivalue' : 'simple' };
}

/** What the rehearsal does not keep (which alarm, which routing control) is filled in. */
export function toConfig(check: Route53Check): HealthCheckConfig {
  const common = { Inverted: check.inverted ?? false, Disabled: check.disabled ?? false };
  if (check.type === 'CALCULATED') {
    return { ...common, Type: check.type, ChildHealthChecks: [...check.children], HealthThreshold: check.threshold };
  }
  if (check.type === 'CLOUDWATCH_METRIC') {
    return { ...common, Type: check.type, AlarmIdentifier: { Region: 'us-east-1', Name: check.id } };
  }
  if (check.type === 'RECOVERY_CONTROL') return { ...common, Type: check.type, RoutingControlArn: check.id };
  return {
    ...common,
    Type: check.type,
    IPAddress: check.ipAddress,
    FullyQualifiedDomainName: check.fullyQualifiedDomainName,
    Port: check.port,
    ResourcePath: check.resourcePath,
    SearchString: check.searchString,
    EnableSNI: check.enableSni,
    RequestInterval: check.requestInterval,
    FailureThreshold: check.failureThreshold,
    Regions: check.regions as HealthCheckRegion[] | undefined,
  };
}
