import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');

describe.each([
  ['conformance.md', 'S', 25],
  ['validators.md', 'V', 20],
])('the table of rules in %s', (document, letter, count) => {
  const rows = readFileSync(join(ROOT, 'docs', document), 'utf8')
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, number]) => number?.match(`^${letter}\\d+$`));

  test('has a row for each, and says everything of it', () => {
    const numbers = rows.map(([, number]) => number);

    expect(numbers).toEqual(Array.from({ length: count }, (_, index) => `${letter}${index + 1}`));
    expect(rows.filter((cells) => cells.length !== 7 || cells.slice(1, 6).includes(''))).toEqual([]);
  });

  test('names files that are there', () => {
    const named = rows.flatMap((cells) => [...cells.join().matchAll(/`((?:test|rehearsal|lib)\/[^`]+)`/g)]);
    const files = named.map((match) => match[1] as string);

    expect(files.length).toBeGreaterThan(count);
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });
});
