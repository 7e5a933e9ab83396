/**
 * Route 53's health checking: sixteen checkers a health check, who know nothing of one another, and the way of their verdict to the
 * DNS servers.
 *
 * Order of events: every checker starts at a random moment of the interval and looks again one interval after each *response or
 * timeout*, so a timeout is added to the detection once per probe. When enough checkers have changed their mind the status changes
 * ('status'), and a random time later the DNS servers act on it ('edge').
 *
 * Gotchas: all time comes from the clock, so the same code runs against sockets and in virtual time. A check that is not held here
 * is healthy.
 */
import { EventEmitter, setMaxListeners } from 'node:events';
import type { AbortableClock } from '../clock';
import { CHECKERS, isHealthyByCheckers } from './aggregate';
import { type CheckerState, NEW_CHECKER, observe } from './checker';
import { type EndpointCheck, type HealthCheck, isEndpointCheck } from './health-check';
import type { Probe } from './probe';

export interface HealthChecksOptions {
  readonly checks: readonly HealthCheck[];
  readonly clock: AbortableClock;
  readonly random: () => number;
  readonly probe: Probe;
  /** The DNS servers learn of a change after a time drawn between 0 and this. AWS publishes none. */
  readonly propagationSeconds: number;
}

export interface StatusChange {
  readonly id: string;
  readonly healthy: boolean;
  /** Simulated milliseconds, of the event that carries it. */
  readonly at: number;
  /** How many of the checkers said healthy when the status changed. */
  readonly healthyCheckers: number;
  readonly checkers: number;
}

interface Check {
  readonly config: EndpointCheck;
  readonly checkers: CheckerState[];
  healthy: boolean;
  /** What the DNS servers believe, and which change of status they have it from. */
  edge: { healthy: boolean; change: number };
  changes: number;
}

export class HealthChecks extends EventEmitter<{ status: [StatusChange]; edge: [StatusChange] }> {
  private readonly checks: ReadonlyMap<string, Check>;
  private stopping = new AbortController();
  private running: Promise<void>[] = [];

  constructor(private readonly options: HealthChecksOptions) {
    super();
    this.checks = new Map(options.checks.filter(isEndpointCheck).map((config) => [config.id, newCheck(config)]));
  }

  start(): void {
    const { signal } = this.stopping;
    // Every checker listens to it.
    setMaxListeners(0, signal);
    for (const check of this.checks.values()) {
      const phases = check.checkers.map(() => this.options.random() * check.config.requestInterval * 1000);
      this.running.push(...phases.map((phase, checker) => this.run(check, checker, phase, signal)));
    }
  }

  /** Resolves when no probe is under way any more. What was found out stays known. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.stopping = new AbortController();
    await Promise.all(this.running.splice(0));
  }

  /** What the DNS servers believe. */
  isHealthy(id: string): boolean {
    return this.checks.get(id)?.edge.healthy ?? true;
  }

  private async run(check: Check, checker: number, phase: number, signal: AbortSignal): Promise<void> {
    const { clock, probe } = this.options;
    await clock.sleep(phase, signal);
    while (!signal.aborted) {
      const { healthy } = await probe(check.config, signal);
      if (signal.aborted) return;
      this.take(check, checker, healthy, signal);
      await clock.sleep(check.config.requestInterval * 1000, signal);
    }
  }

  private take(check: Check, checker: number, result: boolean, signal: AbortSignal): void {
    const { checkers, config } = check;
    checkers[checker] = observe(checkers[checker] ?? NEW_CHECKER, result, config.failureThreshold);
    const healthyCheckers = checkers.filter((state) => state.healthy).length;
    const healthy = isHealthyByCheckers(healthyCheckers, checkers.length);
    if (healthy === check.healthy) return;
    check.healthy = healthy;
    check.changes += 1;
    const change = { id: config.id, healthy, at: this.options.clock.now(), healthyCheckers, checkers: checkers.length };
    this.emit('status', change);
    void this.propagate(check, check.changes, change, signal);
  }

  private async propagate(check: Check, number: number, change: StatusChange, signal: AbortSignal): Promise<void> {
    const { clock, random, propagationSeconds } = this.options;
    await clock.sleep(random() * propagationSeconds * 1000, signal);
    // A later change may have been quicker: the DNS servers never go back to what is older.
    if (signal.aborted || number < check.edge.change) return;
    const news = check.edge.healthy !== change.healthy;
    check.edge = { healthy: change.healthy, change: number };
    if (news) this.emit('edge', { ...change, at: clock.now() });
  }
}

function newCheck(config: EndpointCheck): Check {
  const checkers = Array.from({ length: CHECKERS }, () => NEW_CHECKER);
  return { config, checkers, healthy: true, edge: { healthy: true, change: 0 }, changes: 0 };
}
