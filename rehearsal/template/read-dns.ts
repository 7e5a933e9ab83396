/** Reads hosted zones, records and health checks out of a template. */
import type { HostedZone, RecordSet } from '../dns/records';
import type { EndpointCheck, HealthCheck } from '../health/health-check';
import { evaluate, referenceOf, type StandIns } from './evaluate';
import type { Json, Template } from './load-template';
import { resourcesOf } from './resources';

const RECORD_TYPES = ['A', 'AAAA'];
const CHECK_TYPES = ['HTTP', 'HTTPS', 'HTTP_STR_MATCH', 'HTTPS_STR_MATCH', 'TCP'];

/** What DNS would hold after a deploy. `skipped` names what the rehearsal does not play, one sentence each. */
export function readDns(
  template: Template,
  standIns: StandIns,
): { zones: HostedZone[]; healthChecks: HealthCheck[]; skipped: string[] } {
  const skipped: string[] = [];
  const healthChecks = resourcesOf(template, 'AWS::Route53::HealthCheck').flatMap(([id, { Properties }]) => {
    const config = evaluate(Properties?.HealthCheckConfig, template, standIns) as Record<string, Json>;
    const plain = config.Disabled !== true && config.Inverted !== true;
    if (CHECK_TYPES.includes(String(config.Type)) && config.IPAddress !== undefined && plain)
      return [readHealthCheck(id, config)];
    skipped.push(
      `health check ${id} (${String(config.Type)}${plain ? '' : ', inverted or disabled'}) is not rehearsed and counts as healthy`,
    );
    return [];
  });

  const records = new Map<string, RecordSet[]>();
  for (const [id, { Properties }] of resourcesOf(template, 'AWS::Route53::RecordSet')) {
    const record = evaluate(Properties as Json, template, standIns) as Record<string, Json>;
    if (!RECORD_TYPES.includes(String(record.Type)) || !Array.isArray(record.ResourceRecords)) {
      skipped.push(`record ${id} is neither A nor AAAA with addresses of its own and is not rehearsed`);
      continue;
    }
    if (record.HealthCheckId === undefined) {
      skipped.push(
        `record ${id} has no health check, so nothing takes its address out of the answers, and its clients are not judged`,
      );
    }
    const zone = String(record.HostedZoneId ?? record.HostedZoneName);
    records.set(zone, [...(records.get(zone) ?? []), readRecord(record, referenceOf(Properties?.HealthCheckId))]);
  }
  const zones = [...records].map(([zone, own]) => readZone(zone, own, template, standIns));
  return { zones, healthChecks, skipped };
}

function readHealthCheck(id: string, config: Record<string, Json>): EndpointCheck {
  const type = config.Type as EndpointCheck['type'];
  return {
    id,
    type,
    ipAddress: String(config.IPAddress),
    port: Number(config.Port ?? (type.startsWith('HTTPS') ? 443 : 80)),
    resourcePath: config.ResourcePath === undefined ? undefined : String(config.ResourcePath),
    searchString: config.SearchString === undefined ? undefined : String(config.SearchString),
    requestInterval: Number(config.RequestInterval ?? 30),
    failureThreshold: Number(config.FailureThreshold ?? 3),
  };
}

function readRecord(record: Record<string, Json>, healthCheckId: string | undefined): RecordSet {
  return {
    name: plain(String(record.Name)),
    type: record.Type as RecordSet['type'],
    ttl: Number(record.TTL ?? 300),
    values: (record.ResourceRecords as Json[]).map(String),
    setIdentifier: record.SetIdentifier === undefined ? undefined : String(record.SetIdentifier),
    routing: { policy: record.MultiValueAnswer === true ? 'multivalue' : 'simple' },
    healthCheckId,
  };
}

/** A zone of the template has a name; one that exists elsewhere is taken to be the parent of its shortest record. */
function readZone(zone: string, records: RecordSet[], template: Template, standIns: StandIns): HostedZone {
  const own = evaluate(template.Resources[zone]?.Properties?.Name, template, standIns);
  const [shortest = ''] = records.map((record) => record.name).sort((a, b) => a.length - b.length);
  const name = typeof own === 'string' ? plain(own) : shortest.split('.').slice(1).join('.');
  return { id: zone, name, records, nameServers: [`ns-1.${name}`, `ns-2.${name}`] };
}

function plain(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
