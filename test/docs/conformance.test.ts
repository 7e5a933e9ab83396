import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
const rows = readFileSync(join(ROOT, 'docs', 'conformance.md'), 'utf8')
  .split('\n')
  .filter((line) => /^\| S\d+ \|/.test(line))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('every rule has a row with a rule, a source, a place and a test', () => {
  const numbers = rows.map(([, number]) => number);

  expect(numbers).toEqual(Array.from({ length: 25 }, (_, index) => `S${index + 1}`));
  expect(rows.filter((cells) => cells.length !== 7 || cells.slice(1, 6).includes(''))).toEqual([]);
});

test('every file that the table names is there', () => {
  const files = rows.flatMap((cells) =>
    [
      ...cells
        .slice(4)
        .join()
        .matchAll(/`([^`]+)`/g),
    ].map((match) => match[1] as string),
  );

  expect(files.length).toBeGreaterThan(50);
  expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});
