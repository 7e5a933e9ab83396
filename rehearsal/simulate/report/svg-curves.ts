/**
 * How long outages last, as a picture: for every behaviour the share of clients whose outage is longer than the time on the axis. A
 * line that falls early is good. Everything but the lines is placed in percent and in pixels, so the picture fills a telephone and a
 * wide screen; the lines are stretched into place, and their strokes are not.
 */
import { type Markup, markup } from '../../report/markup';
import { percent, position, type TimeRange, tickLabel, ticks } from '../../report/time-scale';
import type { ClassResult, Curve } from '../result';
import { shareOf } from './rows';

export interface CurvesPicture {
  readonly title: string;
  /** Seconds. */
  readonly budget?: number;
}

/** A class, and the number of its look. */
export type Line = readonly [ClassResult, number];

const HEAD = 8;
const PLOT = 150;
const AXIS = 38;
const MOST_TICKS = 6;
const LEVELS = [0, 0.25, 0.5, 0.75, 1];
/** Width and height of the lines' own coordinates. */
const BOX = 1000;

/** All lines must have been told at the same moments. */
export function svgCurves(lines: readonly Line[], { title, budget }: CurvesPicture): Markup {
  const end = Math.max(1, ...lines.map(([{ lasting }]) => lasting.everySeconds * (lasting.shares.length - 1)));
  const range = { from: 0, to: end * 1000 };
  const bottom = HEAD + PLOT;
  return markup`<svg class="curves" role="img" width="100%" height="${bottom + AXIS}"><title>${title}: ${described(lines)}</title>
<rect class="track" width="100%" y="${HEAD}" height="${PLOT}"/>
${LEVELS.map((level) => markup`<line class="grid" x1="0" x2="100%" y1="${yOf(level)}" y2="${yOf(level)}"/>`)}${axis(range)}
${budget === undefined ? undefined : limit(budget, range)}
<svg y="${HEAD}" width="100%" height="${PLOT}" viewBox="0 0 ${BOX} ${BOX}" preserveAspectRatio="none">
${lines.map(([{ lasting }, look]) => markup`<path class="curve line-${look}" vector-effect="non-scaling-stroke" d="${path(lasting)}"/>\n`)}</svg>
${LEVELS.slice(1).map((level) => markup`<text class="level" x="100%" dx="-3" y="${yOf(level) + 13}">${level * 100} %</text>`)}
<text class="axis" x="100%" y="${bottom + 32}">seconds since the fault</text></svg>`;
}

function axis(range: TimeRange): Markup[] {
  const bottom = HEAD + PLOT;
  return ticks(range, MOST_TICKS).map((at) => {
    const share = position(at, range);
    const x = percent(share);
    // Centred below its line, but not beyond an edge.
    const place = share < 0.03 ? ' first' : share > 0.95 ? ' last' : '';
    return markup`<line class="grid" x1="${x}" x2="${x}" y1="${HEAD}" y2="${bottom}"/>
<text class="tick${place}" x="${x}" y="${bottom + 15}">${tickLabel(at)}</text>`;
  });
}

function limit(budget: number, range: TimeRange): Markup {
  const x = percent(position(budget * 1000, range));
  return markup`<line class="limit" x1="${x}" x2="${x}" y1="${HEAD}" y2="${HEAD + PLOT}"><title>budget ${budget} s</title></line>`;
}

function yOf(level: number): number {
  return HEAD + (1 - level) * PLOT;
}

/** Moments between which nothing changes are left out. */
function path({ shares }: Curve): string {
  const points = shares.map((share, index) => ({
    x: Math.round((index / (shares.length - 1)) * BOX),
    y: Math.round((1 - share) * BOX),
  }));
  const bends = points.filter(({ y }, index) => !(points[index - 1]?.y === y && points[index + 1]?.y === y));
  return bends.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${x} ${y}`).join('');
}

function described(lines: readonly Line[]): string {
  const sentences = lines.map(([{ client, affected, outage }]) =>
    outage ? `${client} ${shareOf(affected)} hit, p99 ${outage.p99} s` : `${client} never hit`,
  );
  return sentences.length > 0 ? sentences.join('; ') : 'no failure';
}
