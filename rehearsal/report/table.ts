/**
 * The closing report on the terminal: what was rehearsed, what was assumed, every figure beside its budget, what the clients
 * suffered, and in the last line the verdict. Everything fits into the given width; a wider terminal gets formulas and behaviours
 * in columns.
 */
import { count, measured, measuredRange, measuredSpread, requestTime, seconds, spreadHeader } from './format';
import type { RehearsalResult } from './result';
import { displayWidth, type Paint, padEnd, painter, type Style, wrap } from './style';
import { type ClientRow, type MeasureRow, summarizeClients, summarizeMeasures } from './summary';
import { budgetBar } from './text-bar';
import { type Cell, type Column, textTable } from './text-table';
import { verdict } from './verdict';

export interface TableOptions {
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

interface Page {
  readonly width: number;
  readonly paint: Paint;
  readonly runs: number;
  readonly severalRuns: boolean;
}

const NARROWEST = 80;
/** From here on a formula has room in a column of its own. */
const WIDE = 112;

export function renderTable(result: RehearsalResult, { color, width }: TableOptions): string {
  const page = {
    width: Math.max(NARROWEST, width),
    paint: painter(color),
    runs: result.runs.length,
    severalRuns: result.runs.length > 1,
  };
  const sections = [
    heading(result, page),
    assumptions(result, page),
    measures(summarizeMeasures(result.runs), page),
    clients(summarizeClients(result.runs), page),
    notes(result, page),
    [closing(result, page.paint)],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function heading(result: RehearsalResult, page: Page): string[] {
  const { runs, seed, timeScale } = result;
  const victims = [...new Set(runs.flatMap(({ victim }) => victim ?? []))].join(', ');
  const seeds = runs.length > 1 ? `${count(runs.length, 'run')}, seeds ${runs.map((run) => run.seed).join(' ')}` : `seed ${seed}`;
  return [
    page.paint('bold', `Failover rehearsal of ${result.stack}`),
    ...facts(
      [
        ['Scenario', victims ? `${result.scenario}, broken: ${victims}` : result.scenario],
        ['Repeat with', seeds],
        ['Time scale', timeScale === 1 ? 'x1, real time' : `x${timeScale}: ${timeScale} simulated seconds pass in one`],
        ['Proxy', result.proxy],
        ['Slots', result.slots.map(({ slot, zone, address }) => `${slot} ${zone} ${address}`).join(', ')],
      ],
      page,
    ),
  ];
}

function assumptions({ assumptions: assumed }: RehearsalResult, page: Page): string[] {
  if (assumed.length === 0) return [];
  const columns: Column[] = [
    { header: 'Assumed of AWS', flexible: true },
    { header: 'Seconds', align: 'right' },
    { header: 'Change it with' },
  ];
  const rows = assumed.map(({ name, seconds: value, option }) => ({
    cells: [{ text: name }, { text: String(value) }, { text: option, style: 'cyan' as const }],
  }));
  return textTable(columns, rows, page);
}

function measures(rows: readonly MeasureRow[], page: Page): string[] {
  if (rows.length === 0) return [];
  const wide = page.width >= WIDE;
  const columns: Column[] = [
    { header: 'Measure', flexible: true },
    { header: page.severalRuns ? spreadHeader(page.runs) : 'Measured', align: 'right' },
    { header: 'Budget', align: 'right' },
    ...(wide ? [{ header: 'Formula', flexible: true } as const] : []),
    { header: 'Of budget' },
    { header: 'Kept' },
  ];
  return textTable(
    columns,
    rows.map((row) => ({
      cells: [
        { text: row.name },
        { text: figures(row, page), style: row.kept < row.runs ? 'red' : undefined },
        { text: row.budget === undefined ? '-' : seconds(row.budget, row.unit) },
        ...(wide ? [{ text: row.formula ?? '', style: 'dim' as const }] : []),
        { text: budgetBar(row.seconds, row.budget, wide ? 16 : 10) ?? '-', style: keptStyle(row) },
        keptCell(row),
      ],
      detail: wide || !row.formula ? undefined : `= ${row.formula}`,
    })),
    page,
  );
}

function clients(rows: readonly ClientRow[], page: Page): string[] {
  if (rows.length === 0) return [];
  const wide = page.width >= WIDE;
  const columns: Column[] = [
    { header: 'Client', flexible: true },
    ...(wide ? [{ header: 'Behaviour', flexible: true } as const] : []),
    { header: 'Requests', align: 'right' },
    { header: 'Failed', align: 'right' },
    { header: page.severalRuns ? 'Last failure' : 'Failures from .. to', align: 'right' },
    { header: 'Slowest', align: 'right' },
    { header: 'Budget', align: 'right' },
    { header: 'Kept' },
  ];
  return textTable(
    columns,
    rows.map((row) => ({
      cells: [
        { text: row.name },
        ...(wide ? [{ text: row.behaviour, style: 'dim' as const }] : []),
        { text: String(row.requests) },
        { text: String(row.failures), style: row.kept < row.runs ? 'red' : undefined },
        { text: failureTimes(row, page) },
        { text: requestTime(row.slowestMs) },
        { text: row.budget === undefined ? '-' : seconds(row.budget) },
        keptCell(row),
      ],
      detail: wide ? undefined : row.behaviour,
    })),
    page,
  );
}

function notes({ notes: said }: RehearsalResult, page: Page): string[] {
  if (said.length === 0) return [];
  const items = said.flatMap((note) => wrap(note, page.width - 2).map((line, index) => `${index === 0 ? '- ' : '  '}${line}`));
  return [page.paint('bold', 'Notes'), ...items];
}

/** One line however long it is: scripts and people look for it. */
function closing(result: RehearsalResult, paint: Paint): string {
  const { passed, reason } = verdict(result);
  return passed ? `${paint('green', 'PASSED')} ${reason}` : `${paint('red', 'FAILED')}: ${reason}`;
}

function facts(pairs: readonly (readonly [string, string])[], page: Page): string[] {
  const label = Math.max(...pairs.map(([name]) => displayWidth(name))) + 2;
  return pairs.flatMap(([name, value]) =>
    wrap(value, page.width - label).map((line, index) => page.paint('dim', padEnd(index === 0 ? name : '', label)) + line),
  );
}

function figures({ seconds: spread, unit }: MeasureRow, { severalRuns }: Page): string {
  return severalRuns ? measuredSpread(spread, unit) : measured(spread.max, unit);
}

function failureTimes({ firstFailure, lastFailure }: ClientRow, page: Page): string {
  if (lastFailure === undefined) return 'none';
  return page.severalRuns ? measuredSpread(lastFailure) : measuredRange(firstFailure ?? 0, lastFailure.max);
}

function keptStyle({ kept, runs }: { kept: number; runs: number }): Style {
  return kept === runs ? 'green' : 'red';
}

function keptCell(row: { kept: number; runs: number; budget?: number }): Cell {
  const all = row.kept === row.runs;
  if (all && row.budget === undefined) return { text: '-' };
  const word = all ? 'yes' : 'NO';
  return { text: row.runs > 1 ? `${word} ${row.kept}/${row.runs}` : word, style: keptStyle(row) };
}
