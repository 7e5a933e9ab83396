import { STYLE } from '../../../rehearsal/report/html-style';

/** Colour names and values of one scheme: the light one comes first in the sheet, the dark one second. */
function scheme(nth: number): Map<string, string> {
  const block = [...STYLE.matchAll(/:root \{([^}]*)\}/g)][nth]?.[1] ?? '';
  return new Map([...block.matchAll(/(--[\w-]+): (#[0-9a-f]{6})/g)].map(([, name = '', value = '']) => [name, value]));
}

function luminance(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5]
    .map((start) => Number.parseInt(color.slice(start, start + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** As WCAG 2 defines it. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

describe.each([
  ['light', 0],
  ['dark', 1],
])('in %s', (_, nth) => {
  const colors = scheme(nth);
  const between = (one: string, other: string) => contrast(colors.get(one) ?? '', colors.get(other) ?? '');

  test.each([
    ['--text', '--card'],
    ['--muted', '--card'],
    ['--accent', '--card'],
    ['--pass', '--pass-ground'],
    ['--fail', '--fail-ground'],
    ['--pass', '--card'],
    ['--fail', '--card'],
    ['--text', '--track'],
  ])('letters in %s on %s have the contrast that AA asks for', (letters, ground) => {
    expect(between(letters, ground)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(['--ok', '--failed', '--down', '--out', '--broken', '--limit', '--move'])('%s stands out from the card', (shape) => {
    expect(between(shape, '--card')).toBeGreaterThanOrEqual(3);
  });
});

test('the page is light on paper, whatever the screen prefers', () => {
  const print = STYLE.slice(STYLE.indexOf('@media print'));

  expect(print).toContain('--page: #ffffff');
  expect(STYLE.indexOf('@media print')).toBeGreaterThan(STYLE.indexOf('prefers-color-scheme: dark'));
});
