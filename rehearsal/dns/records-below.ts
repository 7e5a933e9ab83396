/** Which records may have a say in what a name is answered with, and which health checks in that. */

import type { HealthCheck } from '../health/health-check';
import type { HostedZone, RecordSet } from './records';

/** Clients ask for addresses of IPv4. */
export const ASKED_TYPE = 'A';

/** The records of the name, of the names that they are aliases of, and so on. */
export function recordsBelow(zones: readonly HostedZone[], name: string, above: readonly string[] = []): RecordSet[] {
  if (above.includes(name)) return [];
  const own = zones.flatMap(({ records }) => records).filter((record) => record.name === name && record.type === ASKED_TYPE);
  const targets = new Set(own.flatMap(({ alias }) => alias?.name ?? []));
  return [...own, ...[...targets].flatMap((target) => recordsBelow(zones, target, [...above, name]))];
}

/** The check and all that it counts. */
export function checksBelow(checks: ReadonlyMap<string, HealthCheck>, id: string): HealthCheck[] {
  const check = checks.get(id);
  if (!check) return [];
  const children = check.type === 'CALCULATED' ? check.children : [];
  // Route 53 lets nobody count what counts itself.
  return [check, ...children.flatMap((child) => checks.get(child) ?? [])];
}
