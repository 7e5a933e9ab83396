/**
 * HTML and SVG that are escaped by construction: whatever is put into a `markup` template is text, unless it is markup itself.
 * Names of stacks, records and clients come from somebody's template and must never become part of the page's code.
 */
export class Markup {
  constructor(readonly source: string) {}
}

export type Value = Markup | string | number | undefined | readonly Value[];

/** `markup\`<td title="${title}">${text}</td>\``: quotes are escaped too, so attributes are as safe as text. */
export function markup(template: TemplateStringsArray, ...values: readonly Value[]): Markup {
  return new Markup(template.map((part, index) => part + (index < values.length ? render(values[index]) : '')).join(''));
}

function render(value: Value): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.source;
  if (typeof value === 'object') return value.map(render).join('');
  return escapeText(String(value));
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Control characters are shown as the replacement sign: a log line may bring escape sequences along. */
function escapeText(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
    .replace(/\p{Cc}/gu, (control) => (control === '\n' || control === '\t' ? control : '\ufffd'));
}
