/** What must happen after a fault, and by when. */
import type { Measure } from '../report/result';
import type { Budget } from '../template/budgets';
import type { Stage } from './scenario';

/** How much longer than its budget something may take before nobody waits for it any more, in simulated seconds. */
const PATIENCE = 20;

/** Milliseconds on the wall between two looks. */
const LOOK_MS = 50;

export interface Expectation {
  readonly name: string;
  /** Row of the timeline. */
  readonly lane: string;
  /** Missing where nobody suffers from it. */
  readonly budget?: Budget;
  /** When it happened: simulated milliseconds since the fault. */
  readonly happened: () => number | undefined;
}

/** Waits until all of it has happened, or the most patient gives up. */
export async function allOf(stage: Stage, expectations: readonly Expectation[], seconds?: number): Promise<void> {
  const longest = seconds ?? Math.max(0, ...expectations.map(({ budget }) => budget?.seconds ?? 0)) + PATIENCE;
  await until(stage, longest, () => expectations.every(({ happened }) => happened() !== undefined));
}

/** Waits for something, so many simulated seconds at most. */
export async function until({ clock }: Stage, seconds: number, done: () => boolean): Promise<void> {
  const deadline = clock.now() + seconds * 1000;
  while (!done() && clock.now() < deadline) await clock.sleep(LOOK_MS * clock.timeScale);
}

/**
 * The figure of an expectation.
 *
 * @param startsAt when its clock began: simulated milliseconds since the fault
 */
export function measured({ name, lane, budget, happened }: Expectation, startsAt = 0): Measure {
  const at = happened();
  const seconds = at === undefined ? undefined : secondsOf(at - startsAt);
  return {
    name,
    seconds,
    budget: budget?.seconds,
    formula: budget?.formula,
    lane,
    startsAt: startsAt === 0 ? undefined : secondsOf(startsAt),
    kept: seconds !== undefined && (budget === undefined || seconds <= budget.seconds),
  };
}

/** How often an address moved, beside how often it may. */
export function countedMoves(name: string, moves: number, most: number, formula: string): Measure {
  return { name, seconds: moves, unit: 'moves', budget: most, formula, kept: moves <= most };
}

/** To the millisecond. */
function secondsOf(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
