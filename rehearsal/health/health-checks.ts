/**
 * Route 53's health checking: checkers who know nothing of one another, alarms and routing controls that are set from outside,
 * calculated checks above them, and the way of a verdict to the DNS servers.
 *
 * Order of events: every checker starts at a random moment of the interval and looks again one interval after each *response or
 * timeout*, so a timeout is added to the detection once per probe. When enough checkers have changed their mind the status changes
 * ('status'), at once also that of the calculated checks above, and a random time later the DNS servers act on it ('edge').
 *
 * Gotchas: all time comes from the clock, so the same code runs against sockets and in virtual time. A check that is not held here
 * is healthy, and nobody looks for one that is disabled.
 */
import { EventEmitter, setMaxListeners } from 'node:events';
import type { AbortableClock } from '../clock';
import { checkersOf, isHealthyByCheckers } from './aggregate';
import { type CheckerState, NEW_CHECKER, observe } from './checker';
import { type EndpointCheck, type HealthCheck, isEndpointCheck } from './health-check';
import type { Probe } from './probe';
import { healthyChildren, statusOf } from './status';

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
  /** What the status rests on: '2 of 16 checkers say healthy'. */
  readonly reason: string;
}

interface Verdict {
  status: boolean;
  changes: number;
  /** What the DNS servers believe, and which change of status they have it from. */
  edge: { healthy: boolean; change: number };
}

export class HealthChecks extends EventEmitter<{ status: [StatusChange]; edge: [StatusChange] }> {
  private readonly checks: ReadonlyMap<string, HealthCheck>;
  private readonly checkers: ReadonlyMap<string, CheckerState[]>;
  private readonly verdicts: ReadonlyMap<string, Verdict>;
  /** What checkers, alarms and routing controls say. */
  private readonly found = new Map<string, boolean>();
  private stopping = new AbortController();
  private running: Promise<void>[] = [];

  constructor(private readonly options: HealthChecksOptions) {
    super();
    const { checks } = options;
    this.checks = new Map(checks.map((check) => [check.id, check]));
    this.checkers = new Map(checks.filter(isEndpointCheck).map((check) => [check.id, newCheckers(check)]));
    this.verdicts = new Map(checks.map(({ id }) => [id, newVerdict(this.statusOf(id))]));
  }

  /** Before the start: lets a check have been failing for long, for all checkers and on every edge. */
  beginUnhealthy(id: string): void {
    const verdict = this.verdicts.get(id);
    const checkers = this.checkers.get(id);
    if (!verdict || !checkers) return;
    checkers.fill({ healthy: false, against: 0 });
    this.found.set(id, false);
    verdict.status = false;
    verdict.edge = { healthy: false, change: 0 };
  }

  /** A check that is made anew: it is healthy until it knows better. */
  renew(id: string): void {
    const checkers = this.checkers.get(id);
    const verdict = this.verdicts.get(id);
    if (!verdict || !checkers) return;
    checkers.fill(NEW_CHECKER);
    this.found.delete(id);
    verdict.status = true;
    verdict.changes += 1;
    verdict.edge = { healthy: true, change: verdict.changes };
  }

  start(): void {
    const { signal } = this.stopping;
    // Every checker listens to it.
    setMaxListeners(0, signal);
    for (const check of this.options.checks.filter(isEndpointCheck)) {
      if (check.disabled) continue;
      const phases = this.checkersOf(check).map(() => this.options.random() * check.requestInterval * 1000);
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
    return this.verdicts.get(id)?.edge.healthy ?? true;
  }

  /**
   * Turns a routing control on or off, or lets the data of an alarm be good or bad.
   *
   * @param found undefined: an alarm has not enough data
   */
  set(id: string, found: boolean | undefined): void {
    const check = this.checks.get(id);
    if (check?.type !== 'CLOUDWATCH_METRIC' && check?.type !== 'RECOVERY_CONTROL')
      throw new Error(`only an alarm or a routing control can be set, got ${id} (${check?.type ?? 'unknown'})`);
    if (found === undefined && check.type === 'RECOVERY_CONTROL')
      throw new Error(`routing control ${id} must be on or off, got neither`);
    const insufficient = check.type === 'CLOUDWATCH_METRIC' && check.insufficientData;
    if (found === undefined && insufficient === 'LastKnownStatus') return;
    this.found.set(id, found ?? insufficient === 'Healthy');
    this.update(check);
  }

  private async run(check: EndpointCheck, checker: number, phase: number, signal: AbortSignal): Promise<void> {
    const { clock, probe } = this.options;
    await clock.sleep(phase, signal);
    while (!signal.aborted) {
      const { healthy } = await probe(check, signal);
      if (signal.aborted) return;
      this.take(check, checker, healthy);
      await clock.sleep(check.requestInterval * 1000, signal);
    }
  }

  private take(check: EndpointCheck, checker: number, result: boolean): void {
    const checkers = this.checkersOf(check);
    checkers[checker] = observe(checkers[checker] ?? NEW_CHECKER, result, check.failureThreshold);
    this.found.set(check.id, isHealthyByCheckers(healthyOf(checkers), checkers.length));
    this.update(check);
  }

  /** Tells of the check's status, and of those above it, when they have changed. */
  private update(check: HealthCheck): void {
    const { id } = check;
    const verdict = this.verdicts.get(id);
    const healthy = this.statusOf(id);
    if (!verdict || healthy === verdict.status) return;
    verdict.status = healthy;
    verdict.changes += 1;
    const change = { id, healthy, at: this.options.clock.now(), reason: this.reasonOf(check) };
    void this.propagate(verdict, verdict.changes, change);
    this.emit('status', change);
    for (const above of this.checks.values()) if (above.type === 'CALCULATED' && above.children.includes(id)) this.update(above);
  }

  private async propagate(verdict: Verdict, number: number, change: StatusChange): Promise<void> {
    const { clock, random, propagationSeconds } = this.options;
    const { signal } = this.stopping;
    await clock.sleep(random() * propagationSeconds * 1000, signal);
    // A later change may have been quicker: the DNS servers never go back to what is older.
    if (signal.aborted || number < verdict.edge.change) return;
    const news = verdict.edge.healthy !== change.healthy;
    verdict.edge = { healthy: change.healthy, change: number };
    if (news) this.emit('edge', { ...change, at: clock.now() });
  }

  private statusOf(id: string): boolean {
    return statusOf(id, this.checks, (each) => this.found.get(each));
  }

  private checkersOf({ id }: EndpointCheck): CheckerState[] {
    return this.checkers.get(id) ?? [];
  }

  private reasonOf(check: HealthCheck): string {
    if (isEndpointCheck(check)) {
      const checkers = this.checkersOf(check);
      return `${healthyOf(checkers)} of ${checkers.length} checkers say healthy`;
    }
    if (check.type === 'CALCULATED') {
      const healthy = healthyChildren(check.children, this.checks, (id) => this.found.get(id));
      return `${healthy} of ${check.children.length} checks say healthy, ${check.threshold} are enough`;
    }
    const what = check.type === 'CLOUDWATCH_METRIC' ? 'alarm' : 'routing control';
    return `its ${what} says ${this.found.get(check.id) ? 'healthy' : 'unhealthy'}`;
  }
}

function newCheckers(check: EndpointCheck): CheckerState[] {
  return Array.from({ length: checkersOf(check) }, () => NEW_CHECKER);
}

function newVerdict(status: boolean): Verdict {
  return { status, changes: 0, edge: { healthy: status, change: 0 } };
}

function healthyOf(checkers: readonly CheckerState[]): number {
  return checkers.filter(({ healthy }) => healthy).length;
}
