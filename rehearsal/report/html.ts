/**
 * The report as one file to keep, mail or attach to a build. The same result gives the same bytes.
 */
import { count, sinceFault } from './format';
import { assumptionsTable, clientsTable, measuresTable, slotsTable } from './html-figures';
import { htmlPage, list, section } from './html-page';
import { htmlTable } from './html-table';
import { Markup, markup } from './markup';
import type { RehearsalResult, RunResult } from './result';
import { svgTimeline } from './svg-timeline';
import { verdict } from './verdict';

export function renderHtml(result: RehearsalResult): string {
  const title = `${result.passed ? 'Passed' : 'Failed'}: failover rehearsal of ${result.stack}`;
  return htmlPage(
    title,
    markup`${heading(result)}
${section('Timeline', [legend(), ...result.runs.map((run, index) => runDetails(run, index, result))])}
${section('Measured against budget', [measuresTable(result)])}
${section('What the clients saw', [clientsTable(result)])}
<div class="pair">
${section('Assumptions', [assumptionsTable(result)])}
${section('Fleet', [slotsTable(result)])}
</div>
${result.notes.length > 0 ? section('Notes', [list(result.notes)]) : undefined}`,
  );
}

function heading(result: RehearsalResult): Markup {
  const { passed, reason, broken } = verdict(result);
  const named = !passed && broken.length > 0;
  const headline = named ? `${count(broken.length, 'budget')} broken` : reason;
  const details = named ? list(broken) : undefined;
  const victims = [...new Set(result.runs.flatMap(({ victim }) => victim ?? []))].join(', ');
  const facts: readonly (readonly [string, string])[] = [
    ['Broken', victims],
    ['Runs', `${result.runs.length}, first seed ${result.seed}`],
    ['Time scale', result.timeScale === 1 ? 'x1, real time' : `x${result.timeScale}`],
    ['Proxy', result.proxy],
  ];
  const terms = facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value || '–'}</dd></div>`);
  return markup`<header>
<p class="kicker">Failover rehearsal</p>
<h1>${result.stack}: ${result.scenario}</h1>
<p class="verdict ${passed ? 'pass' : 'fail'}"><strong>${passed ? 'PASSED' : 'FAILED'}</strong> ${headline}</p>
${details}
<dl>${terms}</dl>
</header>`;
}

function legend(): Markup {
  const keys = [
    ['broken', 'really broken'],
    ['down', 'seen as down'],
    ['out', 'out of the DNS answer'],
    ['ok', 'requests served'],
    ['failed', 'requests failed'],
    ['allowed', 'budget'],
    ['moved', 'address moved'],
  ] as const;
  const items = keys.map(([look, text]) => markup`<li><span class="key ${look}" aria-hidden="true"></span>${text}</li>`);
  return markup`<ul class="legend">${items}</ul>`;
}

function runDetails(run: RunResult, index: number, { slots }: RehearsalResult): Markup {
  const kept = [...run.measures, ...run.clients].every((item) => item.kept);
  const title = `Run ${index + 1}: ${run.victim === undefined ? '' : `${run.victim} broken, `}seed ${run.seed}`;
  return markup`<details class="run"${new Markup(index === 0 ? ' open' : '')}>
<summary>${title} <span class="badge ${kept ? 'pass' : 'fail'}">${kept ? 'kept' : 'broken'}</span></summary>
${svgTimeline(run, { slots, id: `run-${index + 1}`, title })}
<details class="log"><summary>${count(run.events.length, 'event')} as a table</summary>
${eventsTable(run)}
</details>
</details>`;
}

function eventsTable({ events }: RunResult): Markup {
  const columns = [{ header: 'Time', figure: true }, { header: 'Where' }, { header: 'Kind' }, { header: 'What' }] as const;
  const rows = [...events].sort((a, b) => a.at - b.at).map(({ at, lane, kind, text }) => [sinceFault(at), lane, kind, text]);
  return htmlTable('Events in the order in which they happened', columns, rows);
}
