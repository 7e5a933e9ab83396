/**
 * The little that a terminal needs: whether to colour, colouring, and padding by the columns a text fills instead of its length.
 *
 * Whoever prints decides once with `wantsColor` and hands the answer on; below that, nothing looks at the environment, so a
 * report rendered for a file never contains an escape sequence.
 */
import { stripVTControlCharacters, styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
export type Paint = (style: Style | undefined, text: string) => string;

/** What is asked of a stream: `process.stdout` and a file have it, and so has a test's fake. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(env?: object): boolean;
}

export interface ColorChoice {
  /** False forbids colour; undefined leaves it to the stream and the environment. */
  readonly color?: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * A flag wins, then FORCE_COLOR (as in Node itself), then NO_COLOR, then whether a person is looking at a terminal that has
 * colours.
 */
export function wantsColor(stream: Terminal, { color, env }: ColorChoice): boolean {
  if (color === false) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  if (env.NO_COLOR) return false;
  return stream.isTTY === true && (stream.hasColors?.(env) ?? true);
}

/** The stream was judged before: `validateStream` would ask the environment a second time and overrule a flag. */
export function painter(color: boolean): Paint {
  return (style, text) => (color && style && text ? styleText(style, text, { validateStream: false }) : text);
}

/** East Asian scripts and emoji fill two columns, marks and controls none. */
const CJK = /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/;
const WIDE = /[\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;
const INVISIBLE = /\p{Mark}|\p{Cc}|\p{Cf}/u;

function columnsOf(character: string): number {
  if (INVISIBLE.test(character)) return 0;
  return CJK.test(character) || WIDE.test(character) ? 2 : 1;
}

/** Columns that a text fills on a terminal, escape sequences not counted. */
export function displayWidth(text: string): number {
  return [...stripVTControlCharacters(text)].reduce((sum, character) => sum + columnsOf(character), 0);
}

/** The longest start of a plain text that fits into so many columns. */
export function take(text: string, width: number): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += columnsOf(character);
    if (used > width) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** A plain text cut to so many columns; an ellipsis shows that something is missing. */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  return width < 1 ? '' : `${take(text, width - 1).trimEnd()}…`;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** Text from elsewhere on one line: a proxy's log message may bring line breaks and escape sequences along. */
export function oneLine(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}

/** Words broken into lines of at most so many columns; a word that is longer than a line is split. */
export function wrap(text: string, width: number): string[] {
  const room = Math.max(2, width);
  const lines: string[] = [];
  let line = '';
  for (const word of oneLine(text).split(' ')) {
    let rest = word;
    if (line && displayWidth(line) + 1 + displayWidth(rest) <= room) {
      line += ` ${rest}`;
      continue;
    }
    if (line) lines.push(line);
    while (displayWidth(rest) > room) {
      const head = take(rest, room);
      lines.push(head);
      rest = rest.slice(head.length);
    }
    line = rest;
  }
  if (line || lines.length === 0) lines.push(line);
  return lines;
}
