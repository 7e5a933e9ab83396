import { Duration, Token } from 'aws-cdk-lib';
import {
  ASSUMED_ADDRESS_MOVE_SECONDS,
  ASSUMED_PROPAGATION_SECONDS,
  DECISION_SECONDS,
  HEALTH_CHECK_TIMEOUT_SECONDS,
  heartbeatDetectionSeconds,
} from '../private/contract';
import type { ProxyHealthCheck } from './proxy-health-check';

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
 * Clients that try the next address are served earlier; caches that ignore a TTL are not bounded by anything.
 */
export class FailoverBudget {
  /** @internal */
  public static _forDns(check: ProxyHealthCheck, ttl: Duration): FailoverBudget {
    const interval = check._interval.isUnresolved() ? 30 : check._interval.toSeconds();
    const threshold = Token.isUnresolved(check._failureThreshold) ? 10 : check._failureThreshold;
    const timeout = HEALTH_CHECK_TIMEOUT_SECONDS[check._type];
    return new FailoverBudget([
      {
        name: 'detection',
        seconds: threshold * (interval + timeout),
        assumed: check._interval.isUnresolved() || Token.isUnresolved(check._failureThreshold),
      },
      { name: 'propagation', seconds: ASSUMED_PROPAGATION_SECONDS, assumed: true },
      { name: 'ttl', seconds: ttl.isUnresolved() ? 60 : ttl.toSeconds(), assumed: ttl.isUnresolved() },
    ]);
  }

  /**
   * Of an alias whose target AWS judges by ways of its own: what a health check takes that is known at deploy time only.
   *
   * @internal
   */
  public static _forAlias(): FailoverBudget {
    return new FailoverBudget([
      { name: 'detection', seconds: 10 * (30 + HEALTH_CHECK_TIMEOUT_SECONDS.TCP), assumed: true },
      { name: 'propagation', seconds: ASSUMED_PROPAGATION_SECONDS, assumed: true },
      { name: 'ttl', seconds: 60, assumed: true },
    ]);
  }

  /** @internal */
  public static _forVirtualIp(advertMs: number): FailoverBudget {
    return new FailoverBudget([
      { name: 'detection', seconds: heartbeatDetectionSeconds(advertMs), assumed: false },
      { name: 'decision', seconds: DECISION_SECONDS, assumed: true },
      { name: 'address move', seconds: ASSUMED_ADDRESS_MOVE_SECONDS, assumed: true },
    ]);
  }

  private constructor(
    /** The addends, in the order in which they pass. */
    public readonly terms: FailoverBudgetTerm[],
  ) {}

  /** Sum of all terms. */
  public get total(): Duration {
    return Duration.seconds(this.terms.reduce((sum, term) => sum + term.seconds, 0));
  }

  /** The sum for people: `detection 48 s + propagation 10 s (assumed) + ttl 60 s = 118 s`. */
  public get formula(): string {
    const terms = this.terms.map((term) => `${term.name} ${term.seconds} s${term.assumed ? ' (assumed)' : ''}`);
    return `${terms.join(' + ')} = ${this.total.toSeconds()} s`;
  }
}
