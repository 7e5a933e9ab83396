import { Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { fail } from '../private/validate';

const withoutDot = (name: string) => name.replace(/\.$/, '');

/** The fully qualified name of a record as aws-cdk-lib makes it, without the dot at the end. */
export function fullName(recordName: string | undefined, zoneName: string): string {
  const zone = withoutDot(zoneName);
  if (recordName === undefined || recordName === '') return zone;
  if (recordName.endsWith('.')) return withoutDot(recordName);
  return recordName === zone || recordName.endsWith(`.${zone}`) ? recordName : `${recordName}.${zone}`;
}

/** True if two ways to write a name mean the same one. */
export function isSameName(one: string, other: string): boolean {
  return withoutDot(one).toLowerCase() === withoutDot(other).toLowerCase();
}

/** True for the name of a zone and for every name below it. */
export function isWithin(name: string, zoneName: string): boolean {
  return (
    isSameName(name, zoneName) ||
    withoutDot(name)
      .toLowerCase()
      .endsWith(`.${withoutDot(zoneName).toLowerCase()}`)
  );
}

/** Fails for a name that its zone cannot have. */
export function requireWithin(scope: Construct, domainName: string, zoneName: string): void {
  if (Token.isUnresolved(domainName) || Token.isUnresolved(zoneName) || isWithin(domainName, zoneName)) return;
  fail(scope, `recordName must be within the zone '${zoneName}', got '${domainName}': leave out the dot at its end`);
}
