import { Duration, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { fail } from '../private/validate';

/** HAProxy does not start with a time of more than 2,147,483,647 ms. Source: HAProxy, `parse_time_err()`. */
export const LONGEST_TIME = Duration.days(24);

/** A time as an engine writes it; a value that is known at deploy time only keeps its unit. */
export function engineTime(time: Duration): string {
  return time.isUnresolved() ? `${time.toSeconds()}s` : `${time.toMilliseconds()}ms`;
}

/** Fails unless a time lies between two others, both included. */
export function requireTime(scope: Construct, what: string, time: Duration, min: Duration, max: Duration): void {
  if (time.isUnresolved()) return;
  const ms = time.toMilliseconds();
  if (ms >= min.toMilliseconds() && ms <= max.toMilliseconds()) return;
  const bounds = `from ${min.toHumanString()} to ${max.toHumanString()}`;
  fail(scope, `${what} must be ${bounds}, got ${time.toHumanString()}: choose another`);
}

/** Fails for what would not stay a line of its own. */
export function requireDirectives(scope: Construct, directives: string[], what = 'rawDirectives'): void {
  const bad = directives.find((line) => !Token.isUnresolved(line) && (line.trim() === '' || /[\r\n\0]/.test(line)));
  if (bad !== undefined) fail(scope, `${what} must be lines of text, got ${JSON.stringify(bad)}: write one directive a line`);
}
