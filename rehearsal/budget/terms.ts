/** What budgets are sums of, in the words and with the numbers of the library. */
import { DECISION_SECONDS, HEALTH_CHECK_TIMEOUT_SECONDS } from '../../lib/private/contract';
import type { EndpointCheck } from '../health/health-check';
import { type Assumptions, detectionBudget, noticeBudget, type VirtualIpTiming } from '../template/budgets';

export interface Term {
  readonly name: 'detection' | 'propagation' | 'ttl' | 'decision' | 'address move';
  readonly seconds: number;
  /** AWS publishes no figure, or only a deploy knows it. */
  readonly assumed: boolean;
}

/** A number of seconds that may be a guess. */
export interface Estimate {
  readonly seconds: number;
  readonly assumed: boolean;
}

/** What is assumed where a template does not tell. */
export const UNKNOWN = { requestInterval: 30, failureThreshold: 10, ttl: 60 } as const;

/** Of a target that AWS judges by ways of its own: no health check takes longer. */
export const UNKNOWN_DETECTION: Estimate = {
  seconds: UNKNOWN.failureThreshold * (UNKNOWN.requestInterval + HEALTH_CHECK_TIMEOUT_SECONDS.TCP),
  assumed: true,
};

export function detectionOf(check: EndpointCheck, assumed: boolean): Estimate {
  return { seconds: detectionBudget(check).seconds, assumed };
}

/** From a fault to the last cache that holds the address. */
export function dnsTerms(detection: Estimate, ttl: Estimate, { propagationSeconds }: Assumptions): Term[] {
  return [
    { name: 'detection', ...detection },
    { name: 'propagation', seconds: propagationSeconds, assumed: true },
    { name: 'ttl', ...ttl },
  ];
}

/** From a fault of the holder to traffic at another slot. */
export function takeoverTerms(fleet: VirtualIpTiming, { addressMoveSeconds }: Assumptions): Term[] {
  return [
    { name: 'detection', seconds: noticeBudget(fleet, 1).seconds, assumed: false },
    { name: 'decision', seconds: DECISION_SECONDS, assumed: true },
    { name: 'address move', seconds: addressMoveSeconds, assumed: true },
  ];
}

export function totalSeconds(terms: readonly Term[]): number {
  return terms.reduce((sum, term) => sum + term.seconds, 0);
}

export function formulaOf(terms: readonly Term[]): string {
  const texts = terms.map(({ name, seconds, assumed }) => `${name} ${seconds} s${assumed ? ' (assumed)' : ''}`);
  return `${texts.join(' + ')} = ${totalSeconds(terms)} s`;
}
