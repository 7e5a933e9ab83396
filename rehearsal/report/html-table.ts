/**
 * A table that becomes a list of cards on a narrow screen. A browser forgets that something is a table once its cells are laid
 * out in another way, so the roles are spelled out, and every cell carries its column's name for the card.
 */
import { type Markup, markup, type Value } from './markup';

export interface HtmlColumn {
  readonly header: string;
  /** Figures are set right. */
  readonly figure?: true;
}

/** The first cell of a row names it. */
export function htmlTable(caption: string, columns: readonly HtmlColumn[], rows: readonly (readonly Value[])[]): Markup {
  const look = ({ figure }: HtmlColumn) => (figure ? markup` class="figure"` : '');
  const heads = columns.map((column) => markup`<th role="columnheader" scope="col"${look(column)}>${column.header}</th>`);
  const body = rows.map((cells) => {
    const tds = columns.map((column, index) =>
      index === 0
        ? markup`<th role="rowheader" scope="row">${cells[0]}</th>`
        : markup`<td role="cell" data-label="${column.header}"${look(column)}>${cells[index]}</td>`,
    );
    return markup`<tr role="row">${tds}</tr>\n`;
  });
  return markup`<table role="table"><caption>${caption}</caption>
<thead role="rowgroup"><tr role="row">${heads}</tr></thead>
<tbody role="rowgroup">
${body}</tbody></table>`;
}
