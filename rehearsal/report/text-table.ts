/**
 * A table in plain text. Columns are as wide as their content; the flexible ones share what is left of the line and wrap, so
 * nothing is ever cut: what a report says must be readable at 80 columns too.
 */
import { displayWidth, oneLine, type Paint, padEnd, padStart, type Style, wrap } from './style';

export interface Column {
  readonly header: string;
  readonly align?: 'right';
  /** May be narrower than its content, which then wraps. */
  readonly flexible?: true;
}

export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

export interface TableRow {
  readonly cells: readonly Cell[];
  /** A line of its own below the row, for what does not fit into a column. */
  readonly detail?: string;
}

export interface TablePage {
  readonly width: number;
  readonly paint: Paint;
}

const GAP = '  ';
const NARROWEST = 8;

export function textTable(columns: readonly Column[], rows: readonly TableRow[], page: TablePage): string[] {
  const widths = columnWidths(columns, rows, page.width);
  const rule = widths.map((width) => '─'.repeat(width)).join(GAP);
  return [
    ...lines(
      columns,
      columns.map(({ header }) => ({ text: header, style: 'bold' })),
      widths,
      page.paint,
    ),
    page.paint('dim', rule),
    ...rows.flatMap((row) => [
      ...lines(columns, row.cells, widths, page.paint),
      ...(row.detail ? wrap(row.detail, page.width - 2).map((line) => page.paint('dim', `  ${line}`)) : []),
    ]),
  ];
}

function columnWidths(columns: readonly Column[], rows: readonly TableRow[], width: number): number[] {
  const natural = columns.map(({ header }, index) =>
    Math.max(displayWidth(header), ...rows.map(({ cells }) => displayWidth(oneLine(cells[index]?.text ?? '')))),
  );
  const fixed = columns.reduce((sum, column, index) => sum + (column.flexible ? 0 : (natural[index] ?? 0)), 0);
  let room = width - fixed - GAP.length * (columns.length - 1);
  const widths = [...natural];
  const flexible = [...columns.keys()].filter((index) => columns[index]?.flexible);
  let waiting = flexible.length;
  // The narrowest first: what it does not need of its share is left to the others.
  for (const index of flexible.sort((a, b) => (natural[a] ?? 0) - (natural[b] ?? 0))) {
    const share = Math.max(NARROWEST, Math.floor(room / waiting));
    const given = Math.min(natural[index] ?? 0, share);
    widths[index] = given;
    room -= given;
    waiting -= 1;
  }
  return widths;
}

function lines(columns: readonly Column[], cells: readonly Cell[], widths: readonly number[], paint: Paint): string[] {
  const wrapped = cells.map(({ text }, index) => (columns[index]?.flexible ? wrap(text, widths[index] ?? 0) : [oneLine(text)]));
  const height = Math.max(...wrapped.map((part) => part.length));
  return Array.from({ length: height }, (_, y) =>
    cells
      .map(({ style }, x) => {
        const text = wrapped[x]?.[y] ?? '';
        const width = widths[x] ?? 0;
        // Padding stays outside the colour, so that the end of a line can be trimmed.
        return columns[x]?.align === 'right' ? padStart(paint(style, text), width) : padEnd(paint(style, text), width);
      })
      .join(GAP)
      .trimEnd(),
  );
}
