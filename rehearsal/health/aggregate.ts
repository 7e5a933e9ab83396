/** What Route 53 makes of the opinions of its checkers. */

/** Checkers in each region, and regions of a check that names none. An assumption: AWS tells of "16 redundant availability zones". */
const CHECKERS_PER_REGION = 2;
const REGIONS = 8;

/** Checkers of a health check that looks from everywhere. */
export const CHECKERS = checkersOf({});

/** A check is healthy when more than this share of its checkers say so. Source: Route 53 developer guide; it "might change". */
const HEALTHY_SHARE = 0.18;

export function checkersOf({ regions }: { readonly regions?: readonly string[] }): number {
  return CHECKERS_PER_REGION * (regions?.length ?? REGIONS);
}

export function isHealthyByCheckers(healthyCheckers: number, checkers: number): boolean {
  return healthyCheckers / checkers > HEALTHY_SHARE;
}
