import { isIPv4 } from 'node:net';
import { Stack, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** Throws for misuse: what, got, allowed, do; the construct's path is added. */
export function fail(scope: IConstruct, message: string): never {
  throw new Error(`${message} [${scope.node.path}]`);
}

/** A construct's path within its stack: unique there, and what its owner calls it. */
export function pathInStack(construct: IConstruct): string {
  return construct.node.path.slice(Stack.of(construct).node.path.length + 1);
}

/** A fleet's name in metrics, events and the command line: unique in an account and Region. */
export function fleetNameOf(fleet: IConstruct): string {
  return `${Stack.of(fleet).stackName}/${pathInStack(fleet)}`;
}

/** Fails unless `value` is a whole number from `min` to `max`; what is known only at deploy time passes. */
export function requireWhole(scope: IConstruct, what: string, value: number, min: number, max: number, todo: string): void {
  if (Token.isUnresolved(value)) return;
  if (!Number.isInteger(value) || value < min || value > max) {
    fail(scope, `${what} must be a whole number from ${min} to ${max}, got ${value}: ${todo}`);
  }
}

/** True for a dotted IPv4 address; leading zeros make no second notation, some would read them as octal. */
export function isIpv4(address: string): boolean {
  return isIPv4(address);
}

const NOT_PUBLIC: [prefix: number[], bits: number][] = [
  [[0], 8],
  [[10], 8],
  [[100, 64], 10],
  [[127], 8],
  [[169, 254], 16],
  [[172, 16], 12],
  [[192, 0, 0], 24],
  [[192, 168], 16],
  [[198, 18], 15],
  [[224], 4],
  [[240], 4],
];

/**
 * True for an address that Route 53's health checkers can reach: not private, shared, loopback, link-local, benchmark, multicast
 * or reserved.
 *
 * Source: Route 53 API reference, `HealthCheckConfig.IPAddress` (RFC 5735, RFC 6598, RFC 5156).
 */
export function isPublicIpv4(address: string): boolean {
  const bits = (octets: number[]) => octets.reduce((sum, octet, index) => sum + octet * 256 ** (3 - index), 0);
  const value = bits(address.split('.').map(Number));
  return !NOT_PUBLIC.some(
    ([prefix, length]) => Math.floor(value / 2 ** (32 - length)) === Math.floor(bits(prefix) / 2 ** (32 - length)),
  );
}
