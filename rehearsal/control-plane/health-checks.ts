/**
 * The health checks of an account.
 *
 * Gotchas: a caller reference answers for its check for good. With the same settings it returns the check, with others or once the check
 * is deleted it is refused (Route 53 forgets it "after a number of days"; here never). A check that records use can be deleted.
 */
import type {
  CreateHealthCheckInput,
  HealthCheckConfig,
  HealthCheckDescription,
  ListHealthChecksInput,
  ListHealthChecksOutput,
} from './api';
import { ASSUMED } from './assumed-texts';
import { checkHealthCheck } from './check-health-check';
import { byKey } from './names';
import { Route53Error } from './route53-error';
import { SEEN } from './seen-texts';

/** Source: Route 53 developer guide, quotas; the first can be raised. */
export const HEALTH_CHECK_LIMITS = { active: 200, createsPerDay: 1_000, list: 1_000 } as const;
const DAY = 86_400_000;
const MAX_REFERENCE_LENGTH = 64;

export class HealthChecks {
  private readonly active = new Map<string, HealthCheckDescription>();
  /** By caller reference: the id of its check, deleted or not. */
  private readonly ids = new Map<string, string>();
  private asked: number[] = [];

  constructor(private readonly newId: () => string) {}

  has(id: string): boolean {
    return this.active.has(id);
  }

  get(id: string): HealthCheckDescription {
    const check = this.active.get(id);
    if (!check) throw new Route53Error('NoSuchHealthCheck', ASSUMED.noSuchHealthCheck(id));
    return check;
  }

  create({ CallerReference, HealthCheckConfig }: CreateHealthCheckInput, now: number): HealthCheckDescription {
    this.asked = [...this.asked.filter((at) => now - at < DAY), now];
    if (this.asked.length > HEALTH_CHECK_LIMITS.createsPerDay) throw new Route53Error('Throttling', SEEN.throttled);
    refuseFirst([...checkReference(CallerReference), ...checkHealthCheck(HealthCheckConfig)]);

    const config = withDefaults(HealthCheckConfig);
    const known = this.ids.get(CallerReference);
    if (known !== undefined) {
      const existing = this.active.get(known);
      if (existing && same(existing.HealthCheckConfig, config)) return existing;
      throw new Route53Error('HealthCheckAlreadyExists', SEEN.callerReferenceTaken);
    }
    refuseFirst(this.checkChildren(config));
    if (this.active.size >= HEALTH_CHECK_LIMITS.active)
      throw new Route53Error('TooManyHealthChecks', ASSUMED.tooManyHealthChecks);

    const check = { Id: this.newId(), CallerReference, HealthCheckConfig: config, HealthCheckVersion: 1 };
    this.ids.set(CallerReference, check.Id);
    this.active.set(check.Id, check);
    return check;
  }

  delete(id: string): void {
    this.get(id);
    this.active.delete(id);
  }

  /** In the order in which they were created. */
  list({ Marker = '', MaxItems = HEALTH_CHECK_LIMITS.list }: ListHealthChecksInput): ListHealthChecksOutput {
    const all = [...this.active.values()];
    const from = Marker === '' ? 0 : all.indexOf(this.get(Marker));
    const size = Math.min(MaxItems, HEALTH_CHECK_LIMITS.list);
    const next = all[from + size]?.Id;
    return {
      HealthChecks: all.slice(from, from + size),
      Marker,
      IsTruncated: next !== undefined,
      ...(next !== undefined && { NextMarker: next }),
      MaxItems,
    };
  }

  private checkChildren({ ChildHealthChecks = [] }: HealthCheckConfig): string[] {
    return ChildHealthChecks.flatMap((id) => {
      const child = this.active.get(id);
      if (!child) return [ASSUMED.healthCheck('ChildHealthChecks', `must exist, got ${id}`)];
      if (child.HealthCheckConfig.Type !== 'CALCULATED') return [];
      return [ASSUMED.healthCheck('ChildHealthChecks', `must not be calculated health checks themselves, got ${id}`)];
    });
  }
}

function refuseFirst([problem]: readonly string[]): void {
  if (problem !== undefined) throw new Route53Error('InvalidInput', problem);
}

function checkReference(reference: string): string[] {
  const fits = reference.length >= 1 && reference.length <= MAX_REFERENCE_LENGTH;
  return fits ? [] : [ASSUMED.constraint('callerReference', reference, `have length between 1 and ${MAX_REFERENCE_LENGTH}`)];
}

/** What Route 53 fills in, and shows when asked for the check. A copy, without the fields that are undefined. */
function withDefaults(config: HealthCheckConfig): HealthCheckConfig {
  const given = JSON.parse(JSON.stringify(config)) as HealthCheckConfig;
  const common = { Inverted: false, Disabled: false };
  if (['CALCULATED', 'CLOUDWATCH_METRIC', 'RECOVERY_CONTROL'].includes(config.Type)) return { ...common, ...given };
  const secure = config.Type.startsWith('HTTPS');
  const endpoint = {
    Port: secure ? 443 : 80,
    RequestInterval: 30,
    FailureThreshold: 3,
    MeasureLatency: false,
    EnableSNI: secure,
  };
  return { ...common, ...endpoint, ...given };
}

/** Lists count in any order. */
function same(one: HealthCheckConfig, other: HealthCheckConfig): boolean {
  const text = (config: HealthCheckConfig) =>
    JSON.stringify(
      Object.entries(config)
        .map(([field, value]) => [field, Array.isArray(value) ? [...value].sort() : value] as const)
        .sort(([field], [another]) => byKey(field, another)),
    );
  return text(one) === text(other);
}
