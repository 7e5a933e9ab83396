/** What the health checks that records depend on say, as the endpoints below them become unhealthy one after the other. */
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

  private readonly used: ReadonlySet<string>;

  constructor({ zones }: Pick<Scene, 'zones'>) {
    this.unhealthy = new Set();
    this.used = new Set(zones.flatMap(({ records }) => records.flatMap(({ healthCheckId }) => healthCheckId ?? [])));
  }

  /** @param flips endpoint checks that become unhealthy, in the order in which they do */
  changes(flips: readonly Flip[]): StatusChange[] {
    return flips.filter(({ id }) => this.used.has(id)).map(({ id, at }) => ({ healthCheckId: id, at, healthy: false }));
  }
}
