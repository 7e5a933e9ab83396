/**
 * One row of the timeline, from top to bottom: its name, the bars, and below them a strip for each budget, as long as an outage
 * may last. Percentages know no offsets, so an inner SVG is the anchor wherever something is drawn in pixels around a moment.
 */
import { type ClientBar, clientBars } from './client-bars';
import { seconds, sinceFault } from './format';
import { laneFact, spanTime } from './lane-fact';
import { type Markup, markup } from './markup';
import type { ClientResult, TimelineEvent } from './result';
import { cut } from './style';
import { percent, position, type TimeRange } from './time-scale';
import type { Lane, LaneBudget, Span } from './timeline';

export interface LanePlace {
  readonly y: number;
  readonly range: TimeRange;
  readonly bucketMs: number;
  /** Id of the pattern for what is broken. */
  readonly hatch: string;
}

const LABEL = 15;
const BAR = { y: 22, height: 22 };
const STRIP = { y: 46, height: 5 };
export const LANE_HEIGHT = 62;
const LONGEST_NAME = 36;
const MOST_BARS = 96;
/** Beside a mark there is room for its text when the next one is at least this share of the width away. */
const TEXT_SHARE = 0.35;

/** Drawn after everything that could hide it. */
export function svgLaneName(lane: Lane, y: number): Markup {
  const aside = lane.aside ? markup`<tspan class="aside" dx="10">${lane.aside}</tspan>` : undefined;
  const line = y + LABEL;
  return markup`<text class="name" x="0" y="${line}"><title>${lane.name}</title>${cut(lane.name, LONGEST_NAME)}${aside}</text>
<text class="fact" x="100%" y="${line}">${laneFact(lane)}</text>
`;
}

export function svgLane(lane: Lane, place: LanePlace): Markup {
  const onTop = lane.broken.length > 0 || lane.client ? 6 : 0;
  return markup`<svg class="lane ${lane.kind}" y="${place.y}" width="100%" height="${LANE_HEIGHT}">
<rect class="track" width="100%" y="${BAR.y}" height="${BAR.height}"/>
${lane.client ? requests(lane.client, place) : undefined}
${lane.broken.map((span) => bar(span, place, { look: 'broken', fill: markup` fill="url(#${place.hatch})"`, inset: 0 }))}
${lane.down.map((span) => bar(span, place, { look: 'down', inset: onTop }))}
${lane.budgets.map((budget) => strip(budget, place))}
${lane.marks.map((mark, index) => sign(mark, lane.marks[index + 1], place))}
</svg>
`;
}

function bar(span: Span, { range }: LanePlace, { look, fill, inset }: { look: string; fill?: Markup; inset: number }): Markup {
  const x = position(span.from, range);
  const width = position(span.to ?? range.to, range) - x;
  const area = markup`x="${percent(x)}" width="${percent(width)}" y="${BAR.y + inset}" height="${BAR.height - 2 * inset}"`;
  return markup`<rect class="${look}" ${area}${fill}><title>${look} ${spanTime(span)}: ${span.texts.join('; ')}</title></rect>`;
}

/** Failed requests stand at the bottom, where they are seen first; the height is how many requests there were. */
function requests({ buckets }: ClientResult, { range, bucketMs }: LanePlace): Markup[] {
  const bars = clientBars(buckets, bucketMs, MOST_BARS).filter(({ at, length }) => at + length > range.from);
  const tallest = bars.reduce((most, { ok, failed }) => Math.max(most, ok + failed), 1);
  return bars.map((column) => requestColumn(column, range, BAR.height / tallest));
}

function requestColumn({ at, length, ok, failed }: ClientBar, range: TimeRange, pixels: number): Markup {
  const x = position(at, range);
  const width = position(at + length, range) - x;
  const part = (look: string, from: number, to: number) => {
    const [bottom, top] = [Math.round(from * pixels * 10) / 10, Math.round(to * pixels * 10) / 10];
    if (top <= bottom) return undefined;
    const [y, height] = [BAR.y + BAR.height - top, top - bottom].map((pixel) => Number(pixel.toFixed(1)));
    return markup`<rect class="${look}" x="${percent(x)}" width="${percent(width)}" y="${y}" height="${height}"/>`;
  };
  const title = `${sinceFault(at)}: ${ok} ok, ${failed} failed`;
  return markup`<g><title>${title}</title>${part('failed', 0, failed)}${part('ok', failed, failed + ok)}</g>
`;
}

function strip({ name, from, to, kept }: LaneBudget, { range }: LanePlace): Markup {
  const x = position(from, range);
  const end = percent(position(to, range));
  const title = `budget of ${name}: ${seconds((to - from) / 1000)}, ${kept ? 'kept' : 'broken'}`;
  return markup`<g class="budget${kept ? '' : ' over'}"><title>${title}</title>
<rect x="${percent(x)}" width="${percent(position(to, range) - x)}" y="${STRIP.y}" height="${STRIP.height}"/>
<line x1="${end}" x2="${end}" y1="${BAR.y - 3}" y2="${STRIP.y + STRIP.height}"/></g>`;
}

/** A move is a diamond, anything else a dot. */
function sign(mark: TimelineEvent, next: TimelineEvent | undefined, { range }: LanePlace): Markup {
  const share = position(mark.at, range);
  const hasRoom = mark.kind === 'move' && (!next || position(next.at, range) - share >= TEXT_SHARE);
  const before = share > 1 - TEXT_SHARE;
  const shape = mark.kind === 'move' ? markup`<path d="M0 -8L8 0L0 8L-8 0Z"/>` : markup`<circle r="4"/>`;
  const words = cut(mark.text, LONGEST_NAME);
  const text = markup`<text class="${before ? 'before' : 'after'}" x="${before ? -13 : 13}" y="4">${words}</text>`;
  const title = `${sinceFault(mark.at)} ${mark.kind}: ${mark.text}`;
  return markup`<svg class="anchor mark ${mark.kind}" x="${percent(share)}" y="${BAR.y + BAR.height / 2}" width="1" height="1">
<title>${title}</title>${shape}${hasRoom ? text : undefined}</svg>`;
}
