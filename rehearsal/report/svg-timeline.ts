/**
 * One run as a picture. Positions along the time axis are in percent and everything else in pixels, so the same SVG fills a
 * telephone and a wide screen with letters of the same size, without a script.
 */
import { sinceFault } from './format';
import { type Markup, markup } from './markup';
import type { RunResult, SlotResult, TimelineEvent } from './result';
import { LANE_HEIGHT, svgLane, svgLaneName } from './svg-lane';
import { percent, position, type TimeRange, tickLabel, ticks } from './time-scale';
import { lanesOf, timeRange } from './timeline';

export interface TimelinePicture {
  readonly slots: readonly SlotResult[];
  /** Unique on the page. */
  readonly id: string;
  readonly title: string;
}

const HEAD = 38;
const AXIS = 40;
const MOST_TICKS = 11;
/** Two labels nearer than this share of the width would overlap on a telephone. */
const LABEL_SHARE = 0.3;

export function svgTimeline(run: RunResult, { slots, id, title }: TimelinePicture): Markup {
  const lanes = lanesOf(run, slots);
  const range = timeRange(run, lanes);
  const bottom = laneY(lanes.length);
  const height = bottom + AXIS;
  return markup`<svg class="timeline" role="img" aria-labelledby="${id}-title ${id}-desc" width="100%" height="${height}">
<title id="${id}-title">${title}</title>
<desc id="${id}-desc">${description(run)}</desc>
<defs><pattern id="${id}-hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect class="hatch-ground" width="6" height="6"/><rect class="hatch-line" width="2.5" height="6"/></pattern></defs>
${axis(range, bottom)}
${lanes.map((lane, index) => svgLane(lane, { y: laneY(index), range, bucketMs: run.bucketMs, hatch: `${id}-hatch` }))}
${milestones(run.events, 'fault', { range, bottom, labelY: 12 })}
${milestones(run.events, 'recovery', { range, bottom, labelY: 28 })}
${lanes.map((lane, index) => svgLaneName(lane, laneY(index)))}
</svg>`;
}

function laneY(index: number): number {
  return HEAD + index * LANE_HEIGHT;
}

function description({ events }: RunResult): string {
  return events
    .filter(({ kind }) => kind !== 'info')
    .map(({ at, lane, kind, text }) => `${sinceFault(at)} ${lane}: ${kind}, ${text}.`)
    .join(' ');
}

function axis(range: TimeRange, bottom: number): Markup {
  const lines = ticks(range, MOST_TICKS).map((at, index) => {
    const x = percent(position(at, range));
    // Every second label gives way on a narrow screen, but never the fault's.
    const spare = at !== 0 && index % 2 === 1 ? ' spare' : '';
    return markup`<line class="grid" x1="${x}" x2="${x}" y1="${HEAD}" y2="${bottom}"/>
<text class="tick${spare}" x="${x}" y="${bottom + 16}">${tickLabel(at)}</text>
`;
  });
  return markup`<g>${lines}<line class="base" x1="0" x2="100%" y1="${bottom}" y2="${bottom}"/>
<text class="axis" x="100%" y="${bottom + 34}">simulated seconds since the fault</text></g>`;
}

interface MilestonePlace {
  readonly range: TimeRange;
  readonly bottom: number;
  readonly labelY: number;
}

/** Vertical lines through all rows. Faults and recoveries have their labels at different heights, so they never collide. */
function milestones(events: readonly TimelineEvent[], kind: 'fault' | 'recovery', place: MilestonePlace): Markup[] {
  const moments = new Map<number, string[]>();
  for (const { at, lane, text } of events.filter((event) => event.kind === kind)) {
    moments.set(at, [...(moments.get(at) ?? []), `${lane}: ${text}`]);
  }
  let labelled = -Infinity;
  return [...moments].map(([at, texts]) => {
    const share = position(at, place.range);
    const hasRoom = share - labelled >= LABEL_SHARE;
    if (hasRoom) labelled = share;
    const x = percent(share);
    const name = hasRoom ? label(`${kind} ${sinceFault(at)}`, share, place.labelY) : undefined;
    return markup`<g class="milestone ${kind}"><title>${sinceFault(at)} ${texts.join('; ')}</title>
<line x1="${x}" x2="${x}" y1="${place.labelY - 10}" y2="${place.bottom}"/>${name}</g>
`;
  });
}

/** Beside its line, on the side where there is room. */
function label(text: string, share: number, y: number): Markup {
  const [side, x] = share > 1 - LABEL_SHARE ? ['before', -5] : ['after', 5];
  return markup`<svg class="anchor" x="${percent(share)}" width="1" height="1">
<text class="${side}" x="${x}" y="${y}">${text}</text></svg>`;
}
