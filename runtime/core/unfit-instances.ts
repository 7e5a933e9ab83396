/**
 * Observations of several zones in, instances out that no name should lead to.
 *
 * Gotcha: where nobody is ready, everybody is fit: an answer that may lead to a dead proxy is better than none, and more likely it is the
 * targets that are gone, or the observers that see nobody.
 */
import { judgeAddress } from './merge-health';
import type { Observation } from './model';
import type { HostAddresses } from './plan-instance-records';

export function unfitInstances(
  hosts: ReadonlyMap<string, HostAddresses>,
  observations: readonly Observation[],
): ReadonlyMap<string, HostAddresses> {
  const judged = [...hosts].map(([id, host]) => {
    const health = host.A === undefined ? 'unknown' : judgeAddress(host.A, host.zone, observations);
    return { id, host, health };
  });
  if (!judged.some(({ health }) => health === 'ready')) return new Map();
  return new Map(judged.flatMap(({ id, host, health }) => (health === 'dead' || health === 'live' ? [[id, host] as const] : [])));
}
