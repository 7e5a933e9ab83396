/** One of the checkers of a health check: it changes its mind after so many results in a row that say otherwise, both ways. */

export interface CheckerState {
  readonly healthy: boolean;
  /** How many results in a row have spoken against `healthy`. */
  readonly against: number;
}

/** A new health check counts as healthy until enough is known. */
export const NEW_CHECKER: CheckerState = { healthy: true, against: 0 };

export function observe(state: CheckerState, healthy: boolean, failureThreshold: number): CheckerState {
  if (healthy === state.healthy) return { healthy, against: 0 };
  const against = state.against + 1;
  return against >= failureThreshold ? { healthy, against: 0 } : { healthy: state.healthy, against };
}
