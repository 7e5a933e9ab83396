import { LiveTimeline } from '../../../rehearsal/report/live';
import { displayWidth } from '../../../rehearsal/report/style';
import { event } from './fixture';

const ERASE = '\r\u001b[K';

/** What a screen or a file would show in the end. */
class Screen {
  readonly lines: string[] = [];
  private current = '';

  constructor(
    readonly isTTY: boolean,
    readonly columns?: number,
  ) {}

  write(text: string): void {
    for (const line of text.split(/(?<=\n)/)) {
      const shown = this.isTTY && line.includes(ERASE) ? line.slice(line.lastIndexOf(ERASE) + ERASE.length) : this.current + line;
      if (shown.endsWith('\n')) this.lines.push(shown.slice(0, -1));
      this.current = shown.endsWith('\n') ? '' : shown;
    }
  }

  get cursorLine(): string {
    return this.current;
  }
}

test('writes a line per event, with the time seen from the fault set right', () => {
  const file = new Screen(false);
  const live = new LiveTimeline(file, { color: false });

  live.event(event(-4000, 'slot 2', 'info', 'clients are running'));
  live.event(event(0, 'slot 2', 'fault', 'haproxy killed'));
  live.event(event(128_340, 'dns www.example.com', 'up', 'answered again'));

  expect(file.lines).toEqual([
    '   T-4.0 s  slot 2                · info      clients are running',
    '   T+0.0 s  slot 2                ✖ FAULT     haproxy killed',
    ' T+128.3 s  dns www.example.com   ▲ up        answered again',
  ]);
});

test('a moment just before the fault is not minus zero', () => {
  const file = new Screen(false);

  new LiveTimeline(file, { color: false }).event(event(-20, 'slot 2', 'info', 'x'));

  expect(file.lines[0]).toContain(' T+0.0 s ');
});

const KINDS = ['fault', 'recovery', 'down', 'up', 'move', 'info'] as const;

test.each(KINDS)('names %s in words, not only by a sign or a colour', (kind) => {
  const file = new Screen(false);

  new LiveTimeline(file, { color: false }).event(event(0, 'lane', kind, 'text'));

  expect(file.lines[0]?.toLowerCase()).toContain(kind);
});

test('colours only when told to', () => {
  const [plain, colored] = [new Screen(true, 80), new Screen(true, 80)];

  new LiveTimeline(plain, { color: false }).event(event(0, 'slot 2', 'fault', 'killed'));
  new LiveTimeline(colored, { color: true }).event(event(0, 'slot 2', 'fault', 'killed'));

  expect(plain.lines.join()).not.toContain('\u001b');
  expect(colored.lines.join()).toContain('\u001b[31m✖ FAULT');
});

test.each([20, 40, 80])('stays within a terminal of %i columns and shows that something is missing', (columns) => {
  const screen = new Screen(true, columns);

  const long = event(0, 'dns a-very-long-name.internal.example.com', 'down', 'gone '.repeat(40));

  new LiveTimeline(screen, { color: true }).event(long);

  expect(screen.lines).toHaveLength(1);
  expect(displayWidth(screen.lines[0] ?? '')).toBeLessThanOrEqual(columns);
  expect(screen.lines[0]).toMatch(/…$/);
});

test('cuts nothing in a file', () => {
  const file = new Screen(false, 40);
  const text = 'gone '.repeat(40).trim();

  new LiveTimeline(file, { color: false }).event(event(0, 'dns a-very-long-name.internal.example.com', 'down', text));

  expect(file.lines[0]).toContain('dns a-very-long-name.internal.example.com');
  expect(file.lines[0]).toContain(text);
});

test('an event is one line, even when the text it quotes is not', () => {
  const file = new Screen(false);

  new LiveTimeline(file, { color: false }).event(event(0, 'slot 1', 'info', '\u001b[2Jfirst\nsecond'));

  expect(file.lines).toEqual([expect.stringContaining('first second')]);
  expect(file.lines[0]).not.toContain('\u001b');
});

test('phases replace one another on a terminal, and the last word stays', () => {
  const screen = new Screen(true, 80);
  const live = new LiveTimeline(screen, { color: false });

  live.phase('starting 3 proxies');
  live.phase('waiting for 48 checkers');

  expect(screen.lines).toEqual([]);
  expect(screen.cursorLine).toBe('waiting for 48 checkers ...');

  live.ready('ready');

  expect(screen.lines).toEqual(['ready']);
  expect(screen.cursorLine).toBe('');
});

test('phases are lines of their own in a file', () => {
  const file = new Screen(false);
  const live = new LiveTimeline(file, { color: false });

  live.phase('starting 3 proxies');
  live.ready('ready');

  expect(file.lines).toEqual(['starting 3 proxies ...', 'ready']);
});

test('a phase that failed half-way leaves the cursor on a fresh line', () => {
  const screen = new Screen(true, 80);
  const live = new LiveTimeline(screen, { color: false });

  live.phase('starting 3 proxies');
  live.close();
  live.close();

  expect(screen.lines).toEqual(['starting 3 proxies ...']);
});
