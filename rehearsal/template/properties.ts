/** Reads properties of a resource that were evaluated, and says what is wrong with them. `what` names the resource: 'record Www'. */
import { UsageError } from '../usage-error';
import type { Json } from './load-template';

export type Properties = Readonly<Record<string, Json>>;

/** How CloudFormation says that a property is left out. */
const NO_VALUE = 'AWS::NoValue';

/** Whether the property has a value. */
export function has(properties: Properties, name: string): boolean {
  const value = properties[name];
  return value !== undefined && value !== null && value !== NO_VALUE;
}

export function textOf(properties: Properties, name: string): string | undefined {
  if (!has(properties, name)) return undefined;
  return written(properties[name]);
}

export function truthOf(properties: Properties, name: string): boolean {
  return textOf(properties, name)?.toLowerCase() === 'true';
}

export function listOf(properties: Properties, name: string): Json[] {
  const value = properties[name];
  return Array.isArray(value) ? value.filter((each) => each !== null && each !== NO_VALUE) : [];
}

export function textsOf(properties: Properties, name: string): string[] {
  return listOf(properties, name).map(written);
}

/** As a text. Of what should be none, as it stands in the template. */
export function written(value: Json | undefined): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** A whole number within bounds. */
export function numberOf(
  what: string,
  properties: Properties,
  name: string,
  { least, most, byDefault }: { readonly least: number; readonly most: number; readonly byDefault?: number },
): number {
  const text = textOf(properties, name) ?? byDefault;
  const value = text === '' ? Number.NaN : Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new UsageError(
    `${what} must have a ${name} of ${least} to ${most}, got ${text === undefined ? 'none' : `'${text}'`}: ` +
      `mend '${name}', or give the parameter that it comes from a default`,
  );
}

/** One of some words. */
export function wordOf<T extends string>(
  what: string,
  properties: Properties,
  name: string,
  { allowed, byDefault }: { readonly allowed: readonly T[]; readonly byDefault?: T },
): T {
  const text = textOf(properties, name) ?? byDefault;
  const found = allowed.find((word) => word === text);
  if (found !== undefined) return found;
  throw new UsageError(
    `${what} must have a ${name} of ${allowed.join(', ')}, got ${text === undefined ? 'none' : `'${text}'`}: mend '${name}'`,
  );
}
