/** Whether Route 53 would take what a template says. What only a deploy knows is not judged. */
import { checkDeploy } from '../control-plane/check-deploy';
import type { HostedZone, RecordSet } from '../dns/records';
import type { HealthCheck, Route53Check } from '../health/health-check';
import { UsageError } from '../usage-error';
import type { Json, Template } from './load-template';
import { resourcesOf } from './resources';

const TYPES = ['AWS::Route53::RecordSet', 'AWS::Route53::RecordSetGroup', 'AWS::Route53::HealthCheck'];
/** Secrets and parameters that CloudFormation looks up. */
const DYNAMIC = '{{resolve:';

export function requireDeployable(template: Template, zones: readonly HostedZone[], healthChecks: readonly HealthCheck[]): void {
  const literals = new Set(
    TYPES.flatMap((type) => resourcesOf(template, type)).flatMap(([, { Properties }]) => textsIn(Properties)),
  );
  const own = healthChecks.filter((check): check is Route53Check => check.type !== 'PROBED');
  const probed = new Set(healthChecks.filter((check) => check.type === 'PROBED').map(({ id }) => id));
  const refusals = zones.flatMap((zone) => {
    const records = zone.records.map((each) =>
      probed.has(each.healthCheckId ?? '') ? { ...each, healthCheckId: undefined } : each,
    );
    return checkDeploy({ ...zone, records: targetsElsewhere(zone) }, records, own, (value) => !literals.has(value));
  });
  if (refusals.length > 0) throw new UsageError([...new Set(refusals)].join('\n'));
}

/** Texts that stand in the template as they are. */
function textsIn(value: Json | undefined): string[] {
  if (typeof value === 'string') return value.startsWith(DYNAMIC) ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  return Object.entries(value).flatMap(([key, inner]) => (key === 'Ref' || key.startsWith('Fn::') ? [] : textsIn(inner)));
}

/** What aliases lead to and the template does not hold, which another deploy has made. */
function targetsElsewhere({ records }: HostedZone): RecordSet[] {
  const held = new Set(records.map(({ name, type }) => `${name} ${type}`));
  const missing = records.flatMap(({ alias, type }) =>
    alias && alias.zoneId === undefined && !held.has(`${alias.name} ${type}`) ? [{ name: alias.name, type }] : [],
  );
  const distinct = new Map(missing.map((each) => [`${each.name} ${each.type}`, each]));
  return [...distinct.values()].map((each) => ({ ...each, routing: { policy: 'simple' }, ttl: 60, values: ['198.51.100.1'] }));
}
