/** The report on the terminal: for every fault the classes of clients with their outages, then what was assumed, then the verdict. */
import { count, seconds } from '../../report/format';
import { displayWidth, type Paint, padEnd, painter, wrap } from '../../report/style';
import { type Column, type TableRow, textTable } from '../../report/text-table';
import type { CaseResult, ClassResult, GroupResult, Percentiles, SimulationResult } from '../result';
import { perClient, rowsOf, shareOf } from './rows';
import { verdictOf } from './verdict';

export interface TableOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

interface Page {
  readonly width: number;
  readonly paint: Paint;
}

const NARROWEST = 80;

const COLUMNS: readonly Column[] = [
  { header: 'Client', flexible: true },
  { header: 'Cache' },
  { header: 'Hit', align: 'right' },
  { header: 'p50', align: 'right' },
  { header: 'p90', align: 'right' },
  { header: 'p99', align: 'right' },
  { header: 'Max', align: 'right' },
  { header: 'Lost', align: 'right' },
  { header: 'Late', align: 'right' },
  { header: 'Budget', align: 'right' },
];

const LEGEND =
  'Cache: how long the resolver keeps an answer. Hit: clients with a failed request. p50 to Max: seconds from the fault to the end of ' +
  'the last failed request, of those clients. Lost, Late: failed and delayed requests, of an average client. Budget: p99 as a share ' +
  'of it.';

export function renderSimulationTable(result: SimulationResult, { color, width }: TableOptions): string {
  const page = { width: Math.max(NARROWEST, width), paint: painter(color) };
  const { passed, reason } = verdictOf(result);
  const sections = [
    heading(result, page),
    ...result.cases.flatMap((each) => caseSections(each, page)),
    wrap(LEGEND, page.width).map((line) => page.paint('dim', line)),
    assumptions(result, page),
    list('Notes', result.notes, page),
    [passed ? `${page.paint('green', 'PASSED')} ${reason}` : `${page.paint('red', 'FAILED')}: ${reason}`],
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function heading({ stack, seed, failovers, clients }: SimulationResult, page: Page): string[] {
  return [
    page.paint('bold', `Failover simulation of ${stack}`),
    ...facts(
      [['Played', `${count(failovers, 'failover')} with ${count(clients, 'client')} each, in virtual time, seed ${seed}`]],
      page,
    ),
  ];
}

function caseSections({ fault, broken, failovers, measures, groups }: CaseResult, page: Page): string[][] {
  const told = measures.map(({ name, seconds: figures }) => [name, spreadOf(figures)] as const);
  const title = page.paint('bold', `${fault}: ${broken}`) + page.paint('dim', `, ${count(failovers, 'failover')}`);
  return [[title, ...facts(told, page)], ...groups.map((group) => groupLines(group, page))];
}

function groupLines(group: GroupResult, page: Page): string[] {
  const { name, kind, budget, formula } = group;
  const what = kind === 'name' ? name : `virtual IP ${name}`;
  const title =
    budget === undefined ? `${what}: no health check withdraws an address` : `${what}: budget ${seconds(budget)} = ${formula}`;
  return [
    ...wrap(title, page.width).map((line) => page.paint('cyan', line)),
    ...textTable(COLUMNS, rowsOf(group).map(row), page),
  ];
}

function row(one: ClassResult): TableRow {
  const { client, cache, affected, outage, lost, delayed, delaySeconds, ofBudget, kept } = one;
  const figures = [outage?.p50, outage?.p90, outage?.p99, outage?.max].map((value) => ({
    text: value === undefined ? '-' : value.toFixed(1),
  }));
  const style = kept ? undefined : 'red';
  return {
    cells: [
      { text: delayed > 0 ? `${client}, +${seconds(delaySeconds)}` : client, style },
      { text: cache ?? '-' },
      { text: shareOf(affected) },
      ...figures,
      { text: perClient(lost, one) },
      { text: perClient(delayed, one) },
      { text: ofBudget === undefined ? '-' : `${Math.round(ofBudget * 100)} %`, style },
    ],
  };
}

function spreadOf(figures: Percentiles | undefined): string {
  if (!figures) return 'never';
  return `p50 ${figures.p50.toFixed(1)}, p99 ${figures.p99.toFixed(1)}, max ${figures.max.toFixed(1)} s`;
}

function assumptions({ assumptions: assumed }: SimulationResult, page: Page): string[] {
  const columns: Column[] = [
    { header: 'Assumed', flexible: true },
    { header: 'Value', flexible: true },
    { header: 'Source', flexible: true },
  ];
  const rows = assumed.map(({ name, value, source, option }) => ({
    cells: [{ text: option ? `${name} (${option})` : name }, { text: value }, { text: source, style: 'dim' as const }],
  }));
  return textTable(columns, rows, page);
}

function list(title: string, items: readonly string[], page: Page): string[] {
  const lines = items.flatMap((item) => wrap(item, page.width - 2).map((line, index) => `${index === 0 ? '- ' : '  '}${line}`));
  return [page.paint('bold', title), ...lines];
}

function facts(pairs: readonly (readonly [string, string])[], page: Page): string[] {
  const label = Math.max(0, ...pairs.map(([name]) => displayWidth(name))) + 2;
  return pairs.flatMap(([name, value]) =>
    wrap(value, page.width - label).map((line, index) => page.paint('dim', padEnd(index === 0 ? name : '', label)) + line),
  );
}
