/** The report of a simulation as one file to keep, mail or attach to a build. The same result gives the same bytes. */
import { count, seconds } from '../../report/format';
import { htmlPage, list, section } from '../../report/html-page';
import { htmlTable } from '../../report/html-table';
import { type Markup, markup } from '../../report/markup';
import type { CaseResult, ClassResult, GroupResult, SimulationResult } from '../result';
import { perClient, rowsOf, shareOf } from './rows';
import { svgCurves } from './svg-curves';
import { verdictOf } from './verdict';

const READING = markup`<p>A picture shows which share of all clients is out for longer than the time on its axis: a line that falls before
the budget is good. In the tables, <em>hit</em> is the share of clients with a failed request, and p50 to max are seconds from the fault to
the end of the last failed request of those clients; <em>lost</em> and <em>late</em> are failed and delayed requests of an average client.</p>`;

export function renderSimulationHtml(result: SimulationResult): string {
  const title = `${result.passed ? 'Passed' : 'Failed'}: failover simulation of ${result.stack}`;
  return htmlPage(
    title,
    markup`${heading(result)}
${result.cases.map(caseSection)}
${section('Assumptions', [assumptionsTable(result)])}
${section('Notes', [list(result.notes)])}`,
  );
}

function heading(result: SimulationResult): Markup {
  const { passed, reason, broken } = verdictOf(result);
  const facts: readonly (readonly [string, string])[] = [
    ['Failovers', String(result.failovers)],
    ['Clients in each', String(result.clients)],
    ['Seed', String(result.seed)],
    ['Time', 'virtual'],
  ];
  const terms = facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`);
  return markup`<header>
<p class="kicker">Failover simulation</p>
<h1>${result.stack}</h1>
<p class="verdict ${passed ? 'pass' : 'fail'}"><strong>${passed ? 'PASSED' : 'FAILED'}</strong> ${reason}</p>
${broken.length > 0 ? list(broken) : undefined}
<dl>${terms}</dl>
</header>
${section('How to read it', [READING])}`;
}

function caseSection(one: CaseResult): Markup {
  const { fault, broken, failovers, groups } = one;
  return section(`${fault}: ${broken}, ${count(failovers, 'failover')}`, [measuresTable(one), ...groups.map(groupFigures)]);
}

function groupFigures(group: GroupResult): Markup {
  const { name, kind, budget, formula, classes } = group;
  const clients = [...new Set(classes.map(({ client }) => client))];
  const caches = [...new Set(classes.map(({ cache }) => cache))];
  const pictures = caches.map((cache) => {
    const own = classes.filter((each) => each.cache === cache);
    const title = cache === undefined ? 'no resolver' : `resolver keeps an answer: ${cache}`;
    const lines = own.filter(({ affected }) => affected > 0).map((each) => [each, clients.indexOf(each.client)] as const);
    return markup`<figure><figcaption>${title}</figcaption>${svgCurves(lines, { title, budget })}</figure>`;
  });
  const what = budget === undefined ? 'no health check withdraws an address' : `budget ${seconds(budget)} = ${formula}`;
  return markup`<h3>${kind === 'name' ? name : `virtual IP ${name}`}<small>${what}</small></h3>
${legend(classes, clients, budget)}<div class="pictures">${pictures}</div>
${classesTable(group)}`;
}

function legend(classes: readonly ClassResult[], clients: readonly string[], budget: number | undefined): Markup {
  const items = clients.map((client, place) => {
    const hit = classes.some((each) => each.client === client && each.affected > 0);
    return hit
      ? markup`<li><svg class="key" aria-hidden="true"><line class="curve line-${place}" x1="0" x2="26" y1="5" y2="5"/></svg>${client}</li>`
      : markup`<li>${client}: no failure</li>`;
  });
  const limit = budget === undefined ? undefined : markup`<li><span class="key limit" aria-hidden="true"></span>budget</li>`;
  return markup`<ul class="legend">${items}${limit}</ul>`;
}

function measuresTable({ measures }: CaseResult): Markup {
  const columns = [
    { header: 'Measure' },
    ...['Mean', 'p50', 'p90', 'p99', 'Max'].map((header) => ({ header, figure: true as const })),
  ];
  const rows = measures.map(({ name, seconds: figures }) => {
    const { mean, p50, p90, p99, max } = figures ?? {};
    return [name, ...[mean, p50, p90, p99, max].map((value) => (value === undefined ? 'never' : value.toFixed(1)))];
  });
  return htmlTable('Seconds since the fault', columns, rows);
}

function classesTable(group: GroupResult): Markup {
  const columns = [
    { header: 'Client' },
    { header: 'Resolver' },
    ...['Hit', 'p50', 'p90', 'p99', 'Max', 'Lost', 'Late', 'p99 of budget'].map((header) => ({ header, figure: true as const })),
  ];
  const rows = rowsOf(group).map((one) => {
    const { client, cache, affected, outage, lost, delayed, delaySeconds, ofBudget, judged, kept } = one;
    const times = [outage?.p50, outage?.p90, outage?.p99, outage?.max].map((value) =>
      value === undefined ? '–' : value.toFixed(1),
    );
    const share = ofBudget === undefined ? '–' : `${Math.round(ofBudget * 100)} %`;
    const late = delayed > 0 ? `${perClient(delayed, one)}, +${seconds(delaySeconds)}` : '–';
    const badge = judged ? markup`<span class="badge ${kept ? 'pass' : 'fail'}">${share}</span>` : share;
    return [client, cache ?? '–', shareOf(affected), ...times, lost > 0 ? perClient(lost, one) : '–', late, badge];
  });
  return htmlTable('Outages in seconds; marked where the budget is promised', columns, rows);
}

function assumptionsTable({ assumptions }: SimulationResult): Markup {
  const columns = [{ header: 'Assumed' }, { header: 'Value' }, { header: 'Source' }, { header: 'Change it with' }] as const;
  const rows = assumptions.map(({ name, value, source, option }) => [
    name,
    value,
    source,
    option ? markup`<code>${option}</code>` : '–',
  ]);
  return htmlTable('What nobody promises', columns, rows);
}
