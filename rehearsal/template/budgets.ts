/** The bounds that a template promises, computed from the template alone (rule V6). */
import {
  ASSUMED_ADDRESS_MOVE_SECONDS,
  ASSUMED_PROPAGATION_SECONDS,
  checkDetectionSeconds,
  HEALTH_CHECK_TIMEOUT_SECONDS,
  heartbeatDetectionSeconds,
  WATCHDOG,
} from '../../lib/private/contract';
import { RECORDS_LOOK_SECONDS, RECORDS_PROPAGATION_SECONDS } from '../../lib/private/records-contract';
import { DECISION_SECONDS } from '../../lib/private/takeover-contract';
import type { EndpointCheck, ProbedCheck } from '../health/health-check';
import type { FleetModel } from './model';

/** AWS figures that nobody has published; the command line can change them. */
export interface Assumptions {
  /** Seconds from a health check's change to the DNS answers of every edge, at most. */
  readonly propagationSeconds: number;
  /** Seconds from AssociateAddress to traffic at the new interface, at most. */
  readonly addressMoveSeconds: number;
}

export const DEFAULT_ASSUMPTIONS: Assumptions = {
  propagationSeconds: ASSUMED_PROPAGATION_SECONDS,
  addressMoveSeconds: ASSUMED_ADDRESS_MOVE_SECONDS,
};

/** A bound in seconds and how it came about. */
export interface Budget {
  readonly seconds: number;
  readonly formula: string;
}

/** From a fault to Route 53 calling the address unhealthy. */
export function detectionBudget(check: EndpointCheck): Budget {
  const { type, failureThreshold, requestInterval } = check;
  return {
    seconds: checkDetectionSeconds(check),
    formula: `${failureThreshold} x (${requestInterval} + ${HEALTH_CHECK_TIMEOUT_SECONDS[type]}) s`,
  };
}

/** From a fault to an answer without the address. */
export function withdrawalBudget(check: EndpointCheck, { propagationSeconds }: Assumptions): Budget {
  const detection = detectionBudget(check);
  return {
    seconds: detection.seconds + propagationSeconds,
    formula: `${detection.formula} + ${propagationSeconds} s propagation`,
  };
}

/** The same where a function looks and changes the records itself; undefined where nothing makes it look. */
export function probedBudget({ sweepSeconds }: ProbedCheck): Budget | undefined {
  if (sweepSeconds === undefined) return undefined;
  return {
    seconds: sweepSeconds + RECORDS_LOOK_SECONDS + RECORDS_PROPAGATION_SECONDS,
    formula: `${sweepSeconds} s sweep + ${RECORDS_LOOK_SECONDS} s look + ${RECORDS_PROPAGATION_SECONDS} s propagation`,
  };
}

/** From a fault to the last cache that holds the address. */
export function dnsBudget(check: EndpointCheck, ttl: number, assumptions: Assumptions): Budget {
  return withTtl(withdrawalBudget(check, assumptions), ttl);
}

export function withTtl({ seconds, formula }: Budget, ttl: number): Budget {
  return { seconds: seconds + ttl, formula: `${formula} + ${ttl} s TTL` };
}

/** The parts of a model that a virtual IP's budgets depend on. */
export type VirtualIpTiming = Pick<FleetModel, 'takeover' | 'heartbeat'>;

/**
 * From a fault of the holder to AssociateAddress being called: until heartbeats or the next sweep tell of it, and the decision.
 *
 * @param timeScale simulated seconds a second: watchdogs run in real time, so their part counts that often
 */
export function decisionBudget(fleet: VirtualIpTiming, timeScale = 1): Budget {
  const notice = noticeBudget(fleet, timeScale);
  return { seconds: notice.seconds + DECISION_SECONDS, formula: `${notice.formula} + ${DECISION_SECONDS} s decision` };
}

/** From a fault of the holder to traffic at another slot. */
export function takeoverBudget(fleet: VirtualIpTiming, assumptions: Assumptions, timeScale = 1): Budget {
  return withMove(decisionBudget(fleet, timeScale), assumptions);
}

/** From an order to traffic at the slot it names: it makes the takeover function look at once. */
export function orderBudget(assumptions: Assumptions): Budget {
  return withMove({ seconds: DECISION_SECONDS, formula: `${DECISION_SECONDS} s decision` }, assumptions);
}

/** From a proxy that is ready again to traffic at it, when no other was alive. */
export function returnBudget(fleet: VirtualIpTiming, assumptions: Assumptions, timeScale = 1): Budget {
  const { heartbeat } = fleet;
  if (!heartbeat) return takeoverBudget(fleet, assumptions, timeScale);
  const { rise, intervalMs, timeoutMs } = WATCHDOG;
  const seconds = (timeScale * rise * (intervalMs + timeoutMs) + 4 * heartbeat.advertMs) / 1000;
  return withMove(
    { seconds: seconds + DECISION_SECONDS, formula: `${seconds} s watchdog and heartbeats + ${DECISION_SECONDS} s decision` },
    assumptions,
  );
}

/** From a home slot that is well again to AssociateAddress back to it, when it takes the address back after a delay. */
export function homecomingBudget({ takeover }: VirtualIpTiming, delaySeconds: number): Budget {
  const sweep = takeover?.sweepSeconds ?? 0;
  // The delay begins with the first look that finds the slot ready, and the first look after it ends it.
  return {
    seconds: delaySeconds + 2 * sweep + DECISION_SECONDS,
    formula: `${delaySeconds} s delay + 2 x ${sweep} s sweep + ${DECISION_SECONDS} s decision`,
  };
}

/** From a fault to a hint or a sweep. */
export function noticeBudget({ takeover, heartbeat }: VirtualIpTiming, timeScale: number): Budget {
  const sweep = takeover?.sweepSeconds ?? 0;
  if (!heartbeat) return { seconds: sweep, formula: `${sweep} s sweep` };
  // With adverts that take no time, what is left of the detection is the watchdog's.
  const seconds = Math.max(heartbeatDetectionSeconds(heartbeat.advertMs), timeScale * heartbeatDetectionSeconds(0));
  return { seconds, formula: `${seconds} s heartbeats${timeScale === 1 ? '' : ` (watchdogs are not scaled)`}` };
}

function withMove({ seconds, formula }: Budget, { addressMoveSeconds }: Assumptions): Budget {
  return { seconds: seconds + addressMoveSeconds, formula: `${formula} + ${addressMoveSeconds} s address move` };
}
