import { Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { fail } from '../private/validate';

const VERSION = /^[A-Za-z0-9][A-Za-z0-9.+~:_-]*$/;

/** A package as dnf names it. */
export function pinned(name: string, version?: string): string {
  return version === undefined ? name : `${name}-${version}`;
}

export function requireVersion(scope: Construct, version?: string): void {
  if (version !== undefined && !Token.isUnresolved(version) && !VERSION.test(version)) {
    fail(scope, `packageVersion must be a version as 'dnf list' shows it, got '${version}': leave it out for the newest`);
  }
}
