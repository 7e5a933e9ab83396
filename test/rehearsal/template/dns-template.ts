/** Small templates of DNS alone, as anybody may have written them. */
import type { Json, Template } from '../../../rehearsal/template/load-template';
import { readDns } from '../../../rehearsal/template/read-dns';

export type Properties = Record<string, Json>;

/** A template with the hosted zone `Zone`, example.com, and records named 'R1', 'R2', … */
export function withRecords(records: Properties[], other: Template['Resources'] = {}): Template {
  const own = records.map((record, index) => [
    `R${index + 1}`,
    { Type: 'AWS::Route53::RecordSet', Properties: { HostedZoneId: { Ref: 'Zone' }, ...record } },
  ]);
  const Zone = { Type: 'AWS::Route53::HostedZone', Properties: { Name: 'example.com.' } };
  return { Resources: { Zone, ...Object.fromEntries(own), ...other } };
}

/** A record of 'www.example.com' unless told otherwise; its values are the last argument's. */
export function a(other: Properties = {}, ...values: string[]): Properties {
  const ResourceRecords = values.length > 0 ? values : ['203.0.113.1'];
  return { Name: 'www.example.com.', Type: 'A', TTL: '60', ResourceRecords, ...other };
}

/** An alias of 'www.example.com' unless told otherwise, to a name in its own zone. */
export function aliasTo(DNSName: string, other: Properties = {}): Properties {
  const AliasTarget = { DNSName, HostedZoneId: { Ref: 'Zone' }, EvaluateTargetHealth: true };
  return { Name: 'www.example.com.', Type: 'A', AliasTarget, ...other };
}

/** A health check of HTTP unless told otherwise. */
export function check(HealthCheckConfig: Properties = {}): Template['Resources'][string] {
  const plain = { Type: 'HTTP', IPAddress: '203.0.113.1', Port: 80, RequestInterval: 10 };
  return { Type: 'AWS::Route53::HealthCheck', Properties: { HealthCheckConfig: { ...plain, ...HealthCheckConfig } } };
}

export function read(template: Template): ReturnType<typeof readDns> {
  return readDns(template, new Map());
}

export const CHECKED = { HealthCheckId: { Ref: 'Check' } };
