/** The tables of the page: measures, clients, assumptions and slots. */
import { measured, measuredRange, measuredSpread, requestTime, seconds, spreadHeader } from './format';
import { htmlTable } from './html-table';
import { type Markup, markup } from './markup';
import type { RehearsalResult } from './result';
import { type ClientRow, type MeasureRow, summarizeClients, summarizeMeasures } from './summary';
import { svgBudget } from './svg-budget';

export function measuresTable({ runs }: RehearsalResult): Markup {
  const several = runs.length > 1;
  const columns = [
    { header: 'Measure' },
    { header: several ? spreadHeader(runs.length) : 'Measured', figure: true },
    { header: 'Budget', figure: true },
    { header: 'Of its budget' },
    { header: 'Kept' },
  ] as const;
  const rows = summarizeMeasures(runs).map((row) => [
    markup`${row.name}${row.formula ? markup`<small>budget = ${row.formula}</small>` : ''}`,
    figures(row, several),
    budget(row),
    row.budget ? svgBudget(row.seconds, row.budget, row.unit) : '–',
    badge(row),
  ]);
  return htmlTable('Simulated time; the line in a bar is its budget', columns, rows);
}

export function clientsTable({ runs }: RehearsalResult): Markup {
  const several = runs.length > 1;
  const columns = [
    { header: 'Client' },
    { header: 'Requests', figure: true },
    { header: 'Failed', figure: true },
    { header: several ? `Last failure, ${spreadHeader(runs.length).toLowerCase()}` : 'Failures from .. to', figure: true },
    { header: 'Slowest', figure: true },
    { header: 'Budget', figure: true },
    { header: 'Kept' },
  ] as const;
  const rows = summarizeClients(runs).map((row) => [
    markup`${row.name}<small>${row.behaviour}</small>`,
    row.requests,
    row.failures,
    failureTimes(row, several),
    requestTime(row.slowestMs),
    row.budget === 0 ? 'no failure' : budget(row),
    badge(row),
  ]);
  return htmlTable('Failures in simulated seconds since the fault, the slowest request in wall-clock time', columns, rows);
}

export function assumptionsTable({ assumptions }: RehearsalResult): Markup {
  const columns = [{ header: 'Assumed' }, { header: 'Seconds', figure: true }, { header: 'Change it with' }] as const;
  const rows = assumptions.map(({ name, seconds: value, option }) => [name, String(value), markup`<code>${option}</code>`]);
  return htmlTable('Delays that AWS does not publish', columns, rows);
}

export function slotsTable({ slots }: RehearsalResult): Markup {
  const columns = [{ header: 'Slot' }, { header: 'Zone' }, { header: 'Played by' }] as const;
  const rows = slots.map(({ slot, zone, address }) => [slot, zone, markup`<code>${address}</code>`]);
  return htmlTable('Loopback addresses stand for the machines', columns, rows);
}

function figures({ seconds: spread, unit }: MeasureRow, several: boolean): string {
  return several ? measuredSpread(spread, unit) : measured(spread.max, unit);
}

function failureTimes({ firstFailure, lastFailure }: ClientRow, several: boolean): string {
  if (lastFailure === undefined) return 'none';
  return several ? measuredSpread(lastFailure) : measuredRange(firstFailure ?? 0, lastFailure.max);
}

function budget({ budget: limit, unit }: { readonly budget?: number; readonly unit?: string }): string {
  return limit === undefined ? '–' : seconds(limit, unit);
}

/** Words, not only colours. */
function badge({ kept, runs, budget: limit }: MeasureRow | ClientRow): Markup | string {
  if (kept === runs && limit === undefined) return '–';
  const word = runs > 1 ? `kept ${kept} of ${runs}` : kept === runs ? 'kept' : 'broken';
  return markup`<span class="badge ${kept === runs ? 'pass' : 'fail'}">${word}</span>`;
}
