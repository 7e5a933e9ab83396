/** What the health checks that records depend on say, as the endpoints below them become unhealthy one after the other. */

import { checksBelow } from '../dns/records-below';
import { statusOf } from '../health/status';
import type { Scene } from './scene';

export interface Flip {
  readonly id: string;
  /** Seconds after the fault. */
  readonly at: number;
}

export interface StatusChange {
  readonly healthCheckId: string;
  readonly at: number;
  readonly healthy: boolean;
}

export class Statuses {
  /** Those that are unhealthy while nothing is broken. */
  readonly unhealthy: ReadonlySet<string>;
  /** Which checks of records an endpoint's check has a say in. */
  private readonly above = new Map<string, string[]>();
  private readonly checks: Scene['healthChecks'];

  constructor({ zones, healthChecks }: Pick<Scene, 'zones' | 'healthChecks'>) {
    this.checks = healthChecks;
    const used = new Set(zones.flatMap(({ records }) => records.flatMap(({ healthCheckId }) => healthCheckId ?? [])));
    for (const id of used) {
      for (const below of checksBelow(healthChecks, id)) this.above.set(below.id, [...(this.above.get(below.id) ?? []), id]);
    }
    this.unhealthy = new Set([...used].filter((id) => !this.status(id, new Set())));
  }

  /** @param flips endpoint checks that become unhealthy, in the order in which they do */
  changes(flips: readonly Flip[]): StatusChange[] {
    const failed = new Set<string>();
    const now = new Map<string, boolean>();
    return flips.flatMap(({ id, at }) => {
      failed.add(id);
      return (this.above.get(id) ?? []).flatMap((healthCheckId) => {
        const before = now.get(healthCheckId) ?? !this.unhealthy.has(healthCheckId);
        const healthy = this.status(healthCheckId, failed);
        now.set(healthCheckId, healthy);
        return healthy === before ? [] : [{ healthCheckId, at, healthy }];
      });
    });
  }

  /** Alarms are quiet and routing controls on. */
  private status(id: string, failed: ReadonlySet<string>): boolean {
    return statusOf(id, this.checks, (endpoint) => !failed.has(endpoint));
  }
}
