/**
 * Puts a number wherever only a deploy knows one that a budget depends on: the default of a parameter, else what the library assumes.
 * Readers of a template then need not know, and the budget still says that it is a guess.
 */
import { UNKNOWN_CHECK, UNKNOWN_TTL_SECONDS } from '../../lib/private/contract';
import { evaluate } from '../template/evaluate';
import type { Json, Resource, Template } from '../template/load-template';
import { type Properties, textOf } from '../template/properties';
import { plainName } from '../template/read-record';
import { objectOf } from '../template/resources';

export interface Estimated {
  readonly template: Template;
  /** Logical ids of the health checks with a number that was put there. */
  readonly checks: ReadonlySet<string>;
  /** Record sets with a TTL that was put there, by {@link recordKey}. */
  readonly records: ReadonlySet<string>;
}

/** Tells a record set apart from the others of its template. */
export function recordKey({ name, type, setIdentifier = '' }: { name: string; type: string; setIdentifier?: string }): string {
  return [name, type, setIdentifier].join(' ');
}

export function estimateNumbers(template: Template): Estimated {
  const checks = new Set<string>();
  const records = new Set<string>();
  const number = (value: Json, otherwise: number) => defaultOf(value, template) ?? otherwise;

  const estimateCheck = (id: string, config: Properties): Json => {
    const guessed = (['RequestInterval', 'FailureThreshold'] as const).filter((name) => isUnknown(config[name]));
    if (guessed.length > 0) checks.add(id);
    const otherwise = { RequestInterval: UNKNOWN_CHECK.requestInterval, FailureThreshold: UNKNOWN_CHECK.failureThreshold };
    return { ...config, ...Object.fromEntries(guessed.map((name) => [name, number(config[name] ?? null, otherwise[name])])) };
  };
  const estimateRecord = (record: Properties): Record<string, Json> => {
    if (!isUnknown(record.TTL)) return record;
    const evaluated = objectOf(evaluate(record, template, new Map()));
    const [name, type] = [textOf(evaluated, 'Name'), textOf(evaluated, 'Type')];
    records.add(recordKey({ name: plainName(name ?? ''), type: type ?? '', setIdentifier: textOf(evaluated, 'SetIdentifier') }));
    return { ...record, TTL: number(record.TTL ?? null, UNKNOWN_TTL_SECONDS) };
  };
  const estimateResource = (id: string, resource: Resource): Resource => {
    const { Type, Properties = {} } = resource;
    switch (Type) {
      case 'AWS::Route53::HealthCheck': {
        const HealthCheckConfig = estimateCheck(id, objectOf(Properties.HealthCheckConfig));
        return { ...resource, Properties: { ...Properties, HealthCheckConfig } };
      }
      case 'AWS::Route53::RecordSet':
        return { ...resource, Properties: estimateRecord(Properties) };
      case 'AWS::Route53::RecordSetGroup': {
        const sets = Array.isArray(Properties.RecordSets) ? Properties.RecordSets : [];
        return { ...resource, Properties: { ...Properties, RecordSets: sets.map((set) => estimateRecord(objectOf(set))) } };
      }
      default:
        return resource;
    }
  };

  const resources = Object.entries(template.Resources).map(([id, resource]) => [id, estimateResource(id, resource)]);
  return { template: { ...template, Resources: Object.fromEntries(resources) }, checks, records };
}

/** A function of CloudFormation, but for the one that leaves a property out. */
function isUnknown(value: Json | undefined): boolean {
  return typeof value === 'object' && value !== null && objectOf(value).Ref !== 'AWS::NoValue';
}

function defaultOf(value: Json, template: Template): number | undefined {
  const { Ref: reference } = objectOf(value);
  const byDefault = typeof reference === 'string' ? template.Parameters?.[reference]?.Default : undefined;
  if (byDefault === undefined || byDefault === '' || typeof byDefault === 'object') return undefined;
  const number = Number(byDefault);
  return Number.isNaN(number) ? undefined : number;
}
