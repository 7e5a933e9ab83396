/** What budgets are sums of, in the words and with the numbers of the library. */
import { checkDetectionSeconds, UNKNOWN_CHECK } from '../../lib/private/contract';
import { RECORDS_LOOK_SECONDS, RECORDS_PROPAGATION_SECONDS } from '../../lib/private/records-contract';
import { DECISION_SECONDS } from '../../lib/private/takeover-contract';
import { type Assumptions, noticeBudget, type VirtualIpTiming } from '../template/budgets';

export interface Term {
  readonly name: 'detection' | 'propagation' | 'ttl' | 'decision' | 'address move';
  readonly seconds: number;
  /** AWS publishes no figure, or only a deploy knows it. */
  readonly assumed: boolean;
}

/** A number of seconds that may be a guess. */
export type Estimate = Pick<Term, 'seconds' | 'assumed'>;

/** Of a target that AWS judges by ways of its own. */
export const UNKNOWN_DETECTION: Estimate = { seconds: checkDetectionSeconds(UNKNOWN_CHECK), assumed: true };

/** Of private proxies, at which a function looks that changes their records. */
export function probedDetection(sweepSeconds: number): Estimate {
  return { seconds: sweepSeconds + RECORDS_LOOK_SECONDS, assumed: true };
}

export const PROBED_PROPAGATION: Estimate = { seconds: RECORDS_PROPAGATION_SECONDS, assumed: true };

/**
 * From a fault to the last cache that holds the address.
 *
 * @param propagation by default that of a health check's status
 */
export function dnsTerms(
  { detection, ttl, propagation }: { readonly detection: Estimate; readonly ttl: Estimate; readonly propagation?: Estimate },
  { propagationSeconds }: Assumptions,
): Term[] {
  return [
    { name: 'detection', ...detection },
    { name: 'propagation', ...(propagation ?? { seconds: propagationSeconds, assumed: true }) },
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
