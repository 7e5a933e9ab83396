import { Annotations, CfnOutput, Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import {
  ASSUMED_ADDRESS_MOVE_SECONDS,
  ASSUMED_PROPAGATION_SECONDS,
  budgetFormula,
  checkDetectionSeconds,
  heartbeatDetectionSeconds,
  SWEEP_SECONDS,
  UNKNOWN_CHECK,
  UNKNOWN_TTL_SECONDS,
} from '../private/contract';
import { estimate } from '../private/estimate';
import { RECORDS_LOOK_SECONDS, RECORDS_PROPAGATION_SECONDS } from '../private/records-contract';
import { DECISION_SECONDS } from '../private/takeover-contract';
import {
  adviseAlias,
  adviseDns,
  advisePrivateRecords,
  adviseVirtualIp,
  type BudgetAdvice,
  type DnsSubject,
} from './budget-advice';
import { ProxyHealthCheck } from './proxy-health-check';

/** Type of the metadata under which a budget stands in the cloud assembly. */
const BUDGET_METADATA = 'cdk-proxy-fleet:failover-budget';

/** One addend of a failover budget. */
export interface FailoverBudgetTerm {
  /** What takes the time: 'detection', 'propagation', 'ttl', 'decision' or 'address move'. */
  readonly name: string;

  /** Bound in seconds. */
  readonly seconds: number;

  /** True where AWS publishes no figure, or where the value is known at deploy time only, so that the bound is an assumption. */
  readonly assumed: boolean;
}

/**
 * The bound on how long a client can suffer when one proxy dies, computed at synth.
 *
 * DNS: failure threshold x (request interval + probe timeout) + propagation + TTL. The interval runs from a probe's end to the next
 * probe's start, so the timeout counts once for every probe.
 *
 * Virtual IP: detection + decision + address move. A proxy is silent after four heartbeats and sick when its watchdog has failed to
 * reach it; the slower of the two counts. Decision and address move are assumptions: nobody promises how long functions take to start.
 * Should a hint be lost, the sweep of a minute takes the place of detection.
 *
 * Private proxies: a sweep and a look of the function that keeps their records + what Route 53 takes to change them + TTL.
 *
 * Clients that try the next address are served earlier; caches that ignore a TTL are not bounded by anything.
 */
export class FailoverBudget {
  /** @internal */
  public static _forDns(check: ProxyHealthCheck, ttl: Duration, subject: DnsSubject): FailoverBudget {
    const interval = estimate(check._interval.toSeconds(), UNKNOWN_CHECK.requestInterval);
    const threshold = estimate(check._failureThreshold, UNKNOWN_CHECK.failureThreshold);
    const caching = estimate(ttl.toSeconds(), UNKNOWN_TTL_SECONDS);
    const settings = {
      type: check._type,
      requestInterval: interval.value,
      failureThreshold: threshold.value,
      ttlSeconds: caching.value,
    };
    const detected = interval.known && threshold.known;
    const terms = [
      { name: 'detection', seconds: checkDetectionSeconds(settings), assumed: !detected },
      { name: 'propagation', seconds: ASSUMED_PROPAGATION_SECONDS, assumed: true },
      { name: 'ttl', seconds: caching.value, assumed: !caching.known },
    ];
    return new FailoverBudget(terms, detected && caching.known ? adviseDns(settings, subject) : undefined);
  }

  /**
   * Of an alias, whose target is judged by ways that are not the endpoint's: what the slowest health check takes.
   *
   * @param ttl of addresses in its place
   * @internal
   */
  public static _forAlias(ttl: Duration): FailoverBudget {
    const terms = [
      { name: 'detection', seconds: checkDetectionSeconds(UNKNOWN_CHECK), assumed: true },
      { name: 'propagation', seconds: ASSUMED_PROPAGATION_SECONDS, assumed: true },
      { name: 'ttl', seconds: UNKNOWN_TTL_SECONDS, assumed: true },
    ];
    const { _type: type, _interval, _failureThreshold: failureThreshold } = ProxyHealthCheck.http();
    const caching = estimate(ttl.toSeconds(), UNKNOWN_TTL_SECONDS);
    const settings = { type, requestInterval: _interval.toSeconds(), failureThreshold, ttlSeconds: caching.value };
    return new FailoverBudget(terms, caching.known ? adviseAlias(settings) : undefined);
  }

  /**
   * Of private addresses, which no health check of Route 53 reaches: a function looks, and changes their records.
   *
   * @internal
   */
  public static _forPrivateRecords(ttl: Duration): FailoverBudget {
    const caching = estimate(ttl.toSeconds(), UNKNOWN_TTL_SECONDS);
    const terms = [
      { name: 'detection', seconds: SWEEP_SECONDS + RECORDS_LOOK_SECONDS, assumed: true },
      { name: 'propagation', seconds: RECORDS_PROPAGATION_SECONDS, assumed: true },
      { name: 'ttl', seconds: caching.value, assumed: !caching.known },
    ];
    return new FailoverBudget(terms, caching.known ? advisePrivateRecords : undefined);
  }

  /** @internal */
  public static _forVirtualIp(advertMs: number): FailoverBudget {
    const terms = [
      { name: 'detection', seconds: heartbeatDetectionSeconds(advertMs), assumed: false },
      { name: 'decision', seconds: DECISION_SECONDS, assumed: true },
      { name: 'address move', seconds: ASSUMED_ADDRESS_MOVE_SECONDS, assumed: true },
    ];
    return new FailoverBudget(terms, adviseVirtualIp);
  }

  private constructor(
    /** The addends, in the order in which they pass. */
    public readonly terms: FailoverBudgetTerm[],
    /** Missing where only a deploy knows what the budget depends on. */
    private readonly advice?: BudgetAdvice,
  ) {}

  /** Sum of all terms. */
  public get total(): Duration {
    return Duration.seconds(this.terms.reduce((sum, term) => sum + term.seconds, 0));
  }

  /** The sum for people: `detection 48 s + propagation 10 s (assumed) + ttl 60 s = 118 s`. */
  public get formula(): string {
    return budgetFormula(this.terms);
  }

  /**
   * Writes the budget where people and programs find it: an output of the stack, and metadata of the cloud assembly.
   *
   * @internal
   */
  public _publish(scope: Construct, description: string): void {
    new CfnOutput(scope, 'FailoverBudget', { value: this.formula, description });
    scope.node.addMetadata(BUDGET_METADATA, { terms: this.terms, totalSeconds: this.total.toSeconds(), formula: this.formula });
  }

  /**
   * Warns when the budget exceeds what the user allows, and says what would change it. What only a deploy knows is not judged.
   *
   * @param takeover of addresses that move to another proxy by themselves
   * @internal
   */
  public _warnAbove(scope: Construct, maxOutage?: Duration, takeover?: FailoverBudget): void {
    if (maxOutage === undefined || maxOutage.isUnresolved() || this.advice === undefined) return;
    const allowed = maxOutage.toSeconds({ integral: false });
    if (this.total.toSeconds() <= allowed) return;
    const assumed = this.terms.filter((term) => term.assumed);
    const known = this.terms.reduce((sum, term) => sum + (term.assumed ? 0 : term.seconds), 0);
    const why = known <= allowed ? ` because of what is assumed (${assumed.map(({ name }) => name).join(', ')})` : '';
    const besides =
      takeover && takeover.total.toSeconds() <= allowed
        ? `. The virtual IPs behind the name keep it (${takeover.total.toSeconds()} s) while EC2 can move them: maxOutage may be theirs`
        : '';
    Annotations.of(scope).addWarningV2(
      'cdk-proxy-fleet:maxOutage',
      `${this.formula} exceeds maxOutage of ${allowed} s${why}: ${this.advice(allowed)}${besides}`,
    );
  }
}
