/**
 * What a health check says, from what was found.
 *
 * Order: a disabled check finds everything healthy; a calculated one counts those of its children that say healthy; the others go by
 * what their checkers, their alarm or their routing control say. Inversion comes last. A check of which nothing is known yet has found
 * its endpoint healthy, and so has one that is not held here.
 */
import type { HealthCheck } from './health-check';

/** @param found what checkers, alarms and routing controls say; undefined as long as they say nothing */
export function statusOf(
  id: string,
  checks: ReadonlyMap<string, HealthCheck>,
  found: (id: string) => boolean | undefined,
): boolean {
  const check = checks.get(id);
  if (!check) return true;
  const healthy = check.disabled || finding(check, checks, found);
  return check.inverted ? !healthy : healthy;
}

/** How many of its children a calculated check finds healthy. */
export function healthyChildren(
  children: readonly string[],
  checks: ReadonlyMap<string, HealthCheck>,
  found: (id: string) => boolean | undefined,
): number {
  return children.filter((child) => {
    if (checks.get(child)?.type === 'CALCULATED') throw new Error(`a calculated check must not count another one, got ${child}`);
    return statusOf(child, checks, found);
  }).length;
}

function finding(
  check: HealthCheck,
  checks: ReadonlyMap<string, HealthCheck>,
  found: (id: string) => boolean | undefined,
): boolean {
  if (check.type !== 'CALCULATED') return found(check.id) ?? true;
  return healthyChildren(check.children, checks, found) >= check.threshold;
}
