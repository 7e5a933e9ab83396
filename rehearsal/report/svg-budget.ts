/** A measure beside its budget. Every bar has its budget line at the same place, so a column of them is read at one glance. */
import { measured, seconds } from './format';
import { type Markup, markup } from './markup';
import type { Spread } from './summary';
import { percent } from './time-scale';

/** Where the budget line stands: what is right of it is too late. */
const LINE = 0.75;
const HEIGHT = 18;

export function svgBudget(figures: Spread, budget: number, unit?: string): Markup {
  const { min, median, max } = figures;
  const place = (value: number) => percent(Math.min(1, (value / budget) * LINE));
  const look = (value: number) => (value > budget ? 'late' : 'kept');
  const bar = (name: string, width: string) => markup`<rect class="${name}" width="${width}" y="4" height="10"/>`;
  const spread =
    max > min
      ? markup`${bar(look(min), place(min))}<line class="median" x1="${place(median)}" x2="${place(median)}" y1="2" y2="16"/>`
      : undefined;
  return markup`<svg class="budget-bar${spread ? ' spread' : ''}" role="img" width="100%" height="${HEIGHT}">
<title>${label(figures, budget, unit)}</title>${bar('track', '100%')}${bar('allowed', percent(LINE))}
${bar(`worst ${look(max)}`, place(max))}${spread}
<line class="limit" x1="${percent(LINE)}" x2="${percent(LINE)}" y1="0" y2="${HEIGHT}"/></svg>`;
}

function label({ min, median, max }: Spread, budget: number, unit?: string): string {
  const figures =
    max > min ? `${measured(min, unit)} to ${measured(max, unit)}, median ${measured(median, unit)}` : measured(max, unit);
  return `${figures}; budget ${seconds(budget, unit)}`;
}
