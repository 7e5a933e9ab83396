/** One sentence that says whether the clients that a budget is promised to kept it, and if not, who did not and by how much. */
import { count, seconds } from '../../report/format';
import type { SimulationResult } from '../result';

/** So many broken budgets are named in the sentence; the tables show them all. */
const NAMED = 3;

export interface SimulationVerdict {
  readonly passed: boolean;
  readonly reason: string;
  /** Everything that broke, one phrase each. */
  readonly broken: readonly string[];
}

export function verdictOf({ passed, cases }: SimulationResult): SimulationVerdict {
  const classes = cases.flatMap(({ fault, broken, groups }) =>
    groups.flatMap(({ name, budget = 0, classes: own }) => own.map((each) => ({ ...each, fault, what: broken, name, budget }))),
  );
  const broken = classes
    .filter(({ kept }) => !kept)
    .map(
      ({ client, name, fault, what, budget, outage }) =>
        `${client} of ${name} was out for ${seconds(outage?.p99 ?? 0)} (${fault}, ${what}), budget ${seconds(budget)}`,
    );
  const judged = classes.filter((each) => each.judged).length;
  const rest = broken.length - NAMED;
  const named = [...broken.slice(0, NAMED), ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
  if (!passed) return { passed, broken, reason: `in one of 100 outages ${named}` };
  if (judged === 0) return { passed, broken, reason: 'nothing was promised: no name has a health check' };
  return { passed, broken, reason: `${count(judged, 'budget')} kept in 99 of 100 outages by clients that keep to the TTL` };
}
