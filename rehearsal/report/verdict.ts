/** One sentence that says whether the rehearsal passed, and if not, which budget broke and by how much. */
import { count, measured as figure, seconds } from './format';
import type { ClientResult, Measure, RehearsalResult, RunResult } from './result';

export interface Verdict {
  readonly passed: boolean;
  /** What held, or what broke, without the word PASSED or FAILED. */
  readonly reason: string;
  /** Everything that broke, one phrase each. */
  readonly broken: readonly string[];
}

/** So many broken budgets are named in the sentence; the tables show them all. */
const NAMED = 3;

export function verdict(result: RehearsalResult): Verdict {
  const broken = result.runs.flatMap((run, index) => brokenIn(run, result.runs.length > 1 ? ` (run ${index + 1})` : ''));
  return { passed: result.passed, reason: result.passed ? held(result) : broke(broken), broken };
}

function held({ runs }: RehearsalResult): string {
  const judged = runs.flatMap((run) => [...run.measures, ...run.clients]).filter(({ budget }) => budget !== undefined);
  return `all ${count(judged.length, 'budget')} kept in ${count(runs.length, 'run')}`;
}

function broke(broken: readonly string[]): string {
  if (broken.length === 0) return 'the rehearsal could not be judged, see the notes';
  const rest = broken.length - NAMED;
  return [...broken.slice(0, NAMED), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}

function brokenIn(run: RunResult, where: string): string[] {
  return [
    ...run.measures.filter(({ kept }) => !kept).map((measure) => measurePhrase(measure) + where),
    ...run.clients.filter(({ kept }) => !kept).map((client) => clientPhrase(client) + where),
  ];
}

function measurePhrase({ name, seconds: measured, unit, budget }: Measure): string {
  const took = measured === undefined ? 'never happened' : `took ${figure(measured, unit)}`;
  return `${name} ${took}${budget === undefined ? '' : `, budget ${seconds(budget, unit)}`}`;
}

function clientPhrase({ name, failures, lastFailure, budget }: ClientResult): string {
  const suffered = `${name} saw ${count(failures, 'failure')}`;
  if (budget === 0) return `${suffered}, budget none`;
  const last = lastFailure === undefined ? '' : `, the last at ${figure(lastFailure)}`;
  return `${suffered}${last}${budget === undefined ? '' : `, budget ${seconds(budget)}`}`;
}
