/**
 * The rehearsal as it happens: one line an event, written the moment it is known.
 *
 * ```
 * ready
 *   T+0.0 s  slot 2               ✖ FAULT     kill -9
 *  T+27.9 s  slot 2               ▼ down      14 of 16 checkers say unhealthy
 * ```
 *
 * Before the fault there are only phases, which on a terminal replace one another on a single line. A line is never longer than
 * the terminal is wide; in a file or a pipe nothing is cut.
 */
import { sinceFault } from './format';
import type { TimelineEvent } from './result';
import { cut, displayWidth, oneLine, type Paint, padEnd, padStart, painter, type Style, type Terminal, take } from './style';

/** The word stands beside the sign, so that a line reads without colour and in a font without the sign. */
const MARKERS: Record<TimelineEvent['kind'], { readonly text: string; readonly style: Style }> = {
  fault: { text: '✖ FAULT', style: 'red' },
  recovery: { text: '✔ RECOVERY', style: 'green' },
  down: { text: '▼ down', style: 'yellow' },
  up: { text: '▲ up', style: 'green' },
  move: { text: '→ move', style: 'cyan' },
  info: { text: '· info', style: 'dim' },
};
const TIME_WIDTH = 10;
const MARKER_WIDTH = 10;
const LANE_WIDTH = { min: 20, max: 32 };
const ERASE_LINE = '\r\u001b[K';

export type LiveStream = Terminal & { write(text: string): unknown };

interface Segment {
  readonly text: string;
  readonly style?: Style;
}

export class LiveTimeline {
  private readonly paint: Paint;
  private laneWidth = LANE_WIDTH.min;
  private phaseShown = false;

  constructor(
    private readonly stream: LiveStream,
    /** Rows that are known to come line up from the first line on. */
    options: { readonly color: boolean; readonly lanes?: readonly string[] },
  ) {
    this.paint = painter(options.color);
    for (const lane of options.lanes ?? []) this.widen(lane);
  }

  /** Something that takes a moment has begun: 'starting 3 proxies'. */
  phase(text: string): void {
    const line = this.fit([{ text: `${oneLine(text)} ...`, style: 'dim' }]);
    if (!this.stream.isTTY) return void this.stream.write(`${line}\n`);
    this.stream.write((this.phaseShown ? ERASE_LINE : '') + line);
    this.phaseShown = true;
  }

  /** The phases are over; what is said here stays. */
  ready(text: string): void {
    this.line([{ text: oneLine(text), style: 'green' }]);
  }

  event({ at, lane, kind, text }: TimelineEvent): void {
    const row = oneLine(lane);
    this.widen(row);
    const marker = MARKERS[kind];
    this.line([
      { text: padStart(sinceFault(at), TIME_WIDTH), style: kind === 'info' ? 'dim' : undefined },
      { text: `  ${padEnd(this.stream.isTTY ? cut(row, this.laneWidth) : row, this.laneWidth)}  ` },
      { text: padEnd(marker.text, MARKER_WIDTH), style: marker.style },
      { text: `  ${oneLine(text)}` },
    ]);
  }

  /** Leaves the cursor on a fresh line, also when a phase failed half-way. */
  close(): void {
    if (this.phaseShown) this.stream.write('\n');
    this.phaseShown = false;
  }

  private widen(lane: string): void {
    this.laneWidth = Math.max(this.laneWidth, Math.min(displayWidth(oneLine(lane)), LANE_WIDTH.max));
  }

  private line(segments: readonly Segment[]): void {
    this.stream.write(`${this.phaseShown ? ERASE_LINE : ''}${this.fit(segments)}\n`);
    this.phaseShown = false;
  }

  /** Cut first and painted then: a cut escape sequence would colour the rest of the screen. */
  private fit(segments: readonly Segment[]): string {
    const width = this.stream.isTTY && this.stream.columns ? this.stream.columns : Infinity;
    const tooLong = displayWidth(segments.map(({ text }) => text).join('')) > width;
    let room = tooLong ? width - 1 : width;
    let line = '';
    for (const { text, style } of segments) {
      const part = take(text, room);
      line += this.paint(style, part);
      room -= displayWidth(part);
      if (part.length < text.length) break;
    }
    return tooLong ? `${line}…` : line;
  }
}
