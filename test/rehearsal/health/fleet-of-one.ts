/** A health check in virtual time, whose endpoint does as it is told. */

import type { EndpointCheck } from '../../../rehearsal/health/health-check';
import { HealthChecks, type StatusChange } from '../../../rehearsal/health/health-checks';
import { seededRandom } from '../../../rehearsal/random';
import { VirtualClock } from '../virtual-clock';
import { checkOf } from './endpoint';

export class FleetOfOne {
  readonly clock = new VirtualClock();
  readonly checks: HealthChecks;
  readonly random: () => number;
  readonly statuses: StatusChange[] = [];
  readonly edges: StatusChange[] = [];
  /** Simulated milliseconds at which probes began. */
  readonly probes: number[] = [];
  /** What a probe that begins now finds, and after how long. */
  endpoint = { healthy: true, seconds: 0 };

  constructor(options: { seed?: number; propagationSeconds?: number; check?: Partial<EndpointCheck> } = {}) {
    this.random = seededRandom(options.seed ?? 1);
    this.checks = new HealthChecks({
      checks: [checkOf(options.check)],
      clock: this.clock,
      random: this.random,
      propagationSeconds: options.propagationSeconds ?? 0,
      probe: async (_, signal) => {
        const { healthy, seconds } = this.endpoint;
        this.probes.push(this.clock.now());
        await this.clock.sleep(seconds * 1000, signal);
        return { healthy, reason: 'told so' };
      },
    });
    this.checks.on('status', (change) => this.statuses.push(change));
    this.checks.on('edge', (change) => this.edges.push(change));
    this.checks.start();
  }

  seconds(seconds: number): Promise<void> {
    return this.clock.advance(seconds * 1000);
  }
}
