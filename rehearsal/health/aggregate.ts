/** What Route 53 makes of the opinions of its checkers. */

/** Checkers of one health check: two in each of eight regions. An assumption: AWS tells of "16 redundant availability zones". */
export const CHECKERS = 16;

/** A check is healthy when more than this share of its checkers say so. Source: Route 53 developer guide; it "might change". */
const HEALTHY_SHARE = 0.18;

export function isHealthyByCheckers(healthyCheckers: number, checkers: number): boolean {
  return healthyCheckers / checkers > HEALTHY_SHARE;
}
