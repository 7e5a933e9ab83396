import fc from 'fast-check';
import { cut, displayWidth, oneLine, padEnd, padStart, painter, wantsColor, wrap } from '../../../rehearsal/report/style';

const terminal = { isTTY: true, hasColors: () => true };
const file = {};
const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);

describe('colour', () => {
  test.each([
    ['on for a terminal', terminal, {}, undefined, true],
    ['off for a file', file, {}, undefined, false],
    ['off for a terminal without colours', { isTTY: true, hasColors: () => false }, {}, undefined, false],
    ['off when NO_COLOR is set', terminal, { NO_COLOR: '1' }, undefined, false],
    ['on when NO_COLOR is empty', terminal, { NO_COLOR: '' }, undefined, true],
    ['on for a file when forced', file, { FORCE_COLOR: '1' }, undefined, true],
    ['off when FORCE_COLOR is 0', terminal, { FORCE_COLOR: '0' }, undefined, false],
    ['off when the flag forbids it, forced or not', terminal, { FORCE_COLOR: '1' }, false, false],
  ])('is %s', (_, stream, env, color, expected) => {
    const wanted = wantsColor(stream, { env, color });

    expect(wanted).toBe(expected);
  });

  test('paints as decided, whatever the stream of the process is', () => {
    expect(painter(true)('red', 'x')).toBe('\u001b[31mx\u001b[39m');
    expect(painter(false)('red', 'x')).toBe('x');
  });
});

describe('width', () => {
  test('counts what a terminal shows', () => {
    expect(displayWidth('T+0.0 s ✖ █')).toBe(11);
    expect(displayWidth('代理')).toBe(4);
    expect(displayWidth('e\u0301')).toBe(1);
    expect(displayWidth('\u001b[31mred\u001b[39m')).toBe(3);
  });

  test('pads and cuts by it', () => {
    expect(padEnd('代', 4)).toBe('代  ');
    expect(padStart('8 s', 5)).toBe('  8 s');
    expect(cut('slot 2', 6)).toBe('slot 2');
    expect(cut('slot 21', 6)).toBe('slot…');
    expect(cut('代理代理', 5)).toBe('代理…');
  });

  test('puts what a proxy logged on one line and drops its escape sequences', () => {
    expect(oneLine('\u001b[31m[ALERT]\u001b[0m one\r\n\ttwo\u0007 ')).toBe('[ALERT] one two');
  });

  test(`wraps every text within the width and loses no letter (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 4, max: 40 }), (text, width) => {
        const lines = wrap(text, width);

        expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(oneLine(text).replaceAll(' ', ''));
      }),
      { seed },
    );
  });
});
