/** Reads the health checks of a template, of all kinds. */
import type { EndpointType, HealthCheck } from '../health/health-check';
import { UsageError } from '../usage-error';
import { evaluate, type StandIns } from './evaluate';
import type { Template } from './load-template';
import { has, numberOf, type Properties, textOf, textsOf, truthOf, wordOf } from './properties';
import { objectOf, resourcesOf } from './resources';

const TYPE = 'AWS::Route53::HealthCheck';
const ENDPOINT_TYPES: readonly EndpointType[] = ['HTTP', 'HTTPS', 'HTTP_STR_MATCH', 'HTTPS_STR_MATCH', 'TCP'];
const OTHER_TYPES = ['CALCULATED', 'CLOUDWATCH_METRIC', 'RECOVERY_CONTROL'] as const;
const INSUFFICIENT_DATA = ['Healthy', 'Unhealthy', 'LastKnownStatus'] as const;
const INTERVALS = ['10', '30'] as const;
const MOST_CHILDREN = 256;

/** `skipped` names what decides about some of them and is not played, one sentence each. */
export function readHealthChecks(template: Template, ids: StandIns): { healthChecks: HealthCheck[]; skipped: string[] } {
  const healthChecks = resourcesOf(template, TYPE).map(([id, { Properties }]) =>
    readHealthCheck(id, objectOf(evaluate(Properties?.HealthCheckConfig, template, ids))),
  );
  const held = new Map(healthChecks.map((check) => [check.id, check]));
  const calculated = healthChecks.filter((check) => check.type === 'CALCULATED');
  for (const { id, children } of calculated) {
    for (const child of children) checkChild(id, child, held.get(child), template);
  }
  const unknown = calculated.flatMap(({ id, children }) =>
    children.filter((child) => !held.has(child)).map((child) => `health check ${id} counts ${child}`),
  );
  return {
    healthChecks,
    skipped: [
      ...healthChecks.flatMap(fromOutside),
      ...unknown.map((who) => `${who}, which is in no template here: it is healthy`),
    ],
  };
}

function readHealthCheck(id: string, config: Properties): HealthCheck {
  // What stands for a function that looks is of no type that Route 53 knows.
  if (config.Type === 'PROBED')
    return { id, type: config.Type, ...(has(config, 'Sweep') && { sweepSeconds: Number(config.Sweep) }) };
  const what = `health check ${id}`;
  const children = textsOf(config, 'ChildHealthChecks');
  const type = wordOf(what, config, 'Type', { allowed: [...ENDPOINT_TYPES, ...OTHER_TYPES] });
  const common = {
    id,
    ...(truthOf(config, 'Inverted') && { inverted: true }),
    ...(truthOf(config, 'Disabled') && { disabled: true }),
  };
  switch (type) {
    case 'CALCULATED':
      if (children.length === 0)
        throw new UsageError(`${what} must count 1 to ${MOST_CHILDREN} checks, got none: list them in 'ChildHealthChecks'`);
      return { ...common, type, children, threshold: thresholdOf(what, config, children.length) };
    case 'CLOUDWATCH_METRIC': {
      const allowed = { allowed: INSUFFICIENT_DATA, byDefault: 'LastKnownStatus' } as const;
      return { ...common, type, insufficientData: wordOf(what, config, 'InsufficientDataHealthStatus', allowed) };
    }
    case 'RECOVERY_CONTROL':
      return { ...common, type };
    default:
      return { ...common, type, ...endpointOf(what, config, type) };
  }
}

function thresholdOf(what: string, config: Properties, children: number): number {
  return numberOf(what, config, 'HealthThreshold', { least: 0, most: MOST_CHILDREN, byDefault: children });
}

function endpointOf(what: string, config: Properties, type: EndpointType) {
  const ipAddress = textOf(config, 'IPAddress');
  const name = textOf(config, 'FullyQualifiedDomainName');
  if (ipAddress === undefined && name === undefined) {
    throw new UsageError(
      `${what} must look at an address or a name, got none: give it 'IPAddress' or 'FullyQualifiedDomainName'`,
    );
  }
  const port = type === 'TCP' ? undefined : type.startsWith('HTTPS') ? 443 : 80;
  const regions = textsOf(config, 'Regions');
  const texts = { resourcePath: textOf(config, 'ResourcePath'), searchString: textOf(config, 'SearchString') };
  return {
    ipAddress,
    ...(name !== undefined && { fullyQualifiedDomainName: name.toLowerCase().replace(/\.$/, '') }),
    port: numberOf(what, config, 'Port', { least: 1, most: 65_535, byDefault: port }),
    ...texts,
    ...(has(config, 'EnableSNI') && { enableSni: truthOf(config, 'EnableSNI') }),
    requestInterval: Number(wordOf(what, config, 'RequestInterval', { allowed: INTERVALS, byDefault: '30' })),
    failureThreshold: numberOf(what, config, 'FailureThreshold', { least: 1, most: 10, byDefault: 3 }),
    ...(regions.length > 0 && { regions }),
  };
}

function checkChild(id: string, child: string, held: HealthCheck | undefined, template: Template): void {
  if (held?.type === 'CALCULATED')
    throw new UsageError(
      `health check ${id} must count no calculated checks, got ${child}: list the checks that ${child} counts`,
    );
  const resource = template.Resources[child];
  if (resource && !held)
    throw new UsageError(
      `health check ${id} must count health checks, got ${child} (${resource.Type}): mend 'ChildHealthChecks'`,
    );
}

function fromOutside(check: HealthCheck): string[] {
  if (check.type === 'CLOUDWATCH_METRIC')
    return [`health check ${check.id} follows an alarm, which is not played and counts as quiet`];
  return check.type === 'RECOVERY_CONTROL'
    ? [`health check ${check.id} follows a routing control, which is not played and counts as on`]
    : [];
}
