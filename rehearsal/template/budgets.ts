/** The bounds that a template promises, computed from the template alone (rule V6). */
import {
  ASSUMED_ADDRESS_MOVE_SECONDS,
  ASSUMED_PROPAGATION_SECONDS,
  DECISION_SECONDS,
  HEALTH_CHECK_TIMEOUT_SECONDS,
} from '../../lib/private/contract';
import type { HealthCheckConfig } from '../health/probe';

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
export function detectionBudget({ type, failureThreshold, requestInterval }: HealthCheckConfig): Budget {
  const timeout = HEALTH_CHECK_TIMEOUT_SECONDS[type];
  return {
    seconds: failureThreshold * (requestInterval + timeout),
    formula: `${failureThreshold} x (${requestInterval} + ${timeout}) s`,
  };
}

/** From a fault to an answer without the address. */
export function withdrawalBudget(check: HealthCheckConfig, { propagationSeconds }: Assumptions): Budget {
  const detection = detectionBudget(check);
  return {
    seconds: detection.seconds + propagationSeconds,
    formula: `${detection.formula} + ${propagationSeconds} s propagation`,
  };
}

/** From a fault to the last cache that holds the address. */
export function dnsBudget(check: HealthCheckConfig, ttl: number, assumptions: Assumptions): Budget {
  const withdrawal = withdrawalBudget(check, assumptions);
  return { seconds: withdrawal.seconds + ttl, formula: `${withdrawal.formula} + ${ttl} s TTL` };
}

/** From a fault of the holder to traffic at another slot. */
export function takeoverBudget(sweepSeconds: number, { addressMoveSeconds }: Assumptions): Budget {
  return {
    seconds: sweepSeconds + DECISION_SECONDS + addressMoveSeconds,
    formula: `${sweepSeconds} s sweep + ${DECISION_SECONDS} s decision + ${addressMoveSeconds} s address move`,
  };
}
