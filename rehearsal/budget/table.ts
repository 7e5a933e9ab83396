/** Budgets on the terminal: a row each, their terms as columns, and a mark at every figure that nobody promises. */
import { seconds } from '../report/format';
import { type Paint, painter, wrap } from '../report/style';
import { type Cell, type TableRow, textTable } from '../report/text-table';
import type { BudgetRow, TemplateBudgets } from './read-budgets';
import type { Term } from './terms';

const NARROWEST = 80;
const COLUMNS: readonly Term['name'][] = ['detection', 'propagation', 'ttl', 'decision', 'address move'];
const HEADERS: Record<Term['name'], string> = {
  detection: 'Detect',
  propagation: 'Propagate',
  ttl: 'TTL',
  decision: 'Decide',
  'address move': 'Move',
};

export function renderBudgets({ stack, budgets, notes }: TemplateBudgets, options: { color: boolean; width: number }): string {
  const page = { width: Math.max(NARROWEST, options.width), paint: painter(options.color) };
  const used = COLUMNS.filter((name) => budgets.some(({ terms }) => terms.some((term) => term.name === name)));
  const table = textTable(
    [
      { header: 'Name or virtual IP', flexible: true },
      { header: 'By' },
      ...used.map((name) => ({ header: HEADERS[name], align: 'right' as const })),
      { header: 'Total', align: 'right' },
    ],
    budgets.map((budget) => tableRow(budget, used)),
    page,
  );
  const isGuessed = budgets.some(({ terms }) => terms.some(({ assumed }) => assumed));
  const legend = '* assumed: AWS publishes no figure (--propagation and --address-move change them), or only a deploy knows it';
  const lines = [
    page.paint('bold', `Failover budgets of ${stack}`),
    '',
    ...table,
    ...(isGuessed ? ['', ...wrap(legend, page.width).map((line) => page.paint('dim', line))] : []),
    ...(notes.length > 0 ? ['', ...notes.flatMap((note) => noteLines(note, page))] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function tableRow({ entry, by, terms, totalSeconds, formula }: BudgetRow, columns: readonly Term['name'][]): TableRow {
  const cells: Cell[] = columns.map((name) => {
    const term = terms.find((each) => each.name === name);
    return { text: term ? `${seconds(term.seconds)}${term.assumed ? '*' : ''}` : '-' };
  });
  const total: Cell = totalSeconds === null ? { text: 'no bound', style: 'red' } : { text: seconds(totalSeconds), style: 'bold' };
  return {
    cells: [{ text: entry }, { text: by }, ...cells, total],
    ...(totalSeconds === null && { detail: formula }),
  };
}

function noteLines(note: string, { width, paint }: { width: number; paint: Paint }): string[] {
  return wrap(`Note: ${note}`, width).map((line) => paint('yellow', line));
}
