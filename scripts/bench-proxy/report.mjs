// Tables of what was measured, and whether it is what was promised.
import { LOADS } from './load.mjs';

/** Requests per CPU second of the generated configuration to those of the stock one, at least. */
const TARGETS = [
  { engine: 'haproxy', load: 'keep-alive', ratio: 1.25 },
  { engine: 'haproxy', load: 'close', ratio: 1.5 },
  { engine: 'haproxy', load: 'TCP 1 MB', ratio: 1.5 },
  { engine: 'nginx', load: 'keep-alive', ratio: 4 },
  { engine: 'nginx', load: 'close', ratio: 2.2 },
];

export function tables(measured) {
  const rows = LOADS.flatMap(({ name }) =>
    groups(measured.filter(({ load }) => load === name)).map((group) => [
      name,
      `${group[0].engine} ${group[0].variant}`,
      told(spread(group.map(({ requests, cpu }) => requests / cpu))),
      told(spread(group.map(({ requests, seconds }) => requests / seconds))),
      String(group.reduce((sum, { failed }) => sum + failed, 0)),
    ]),
  );
  const head = ['load', 'through', 'requests per CPU second of it', 'requests per second', 'failed'];
  return `min / median / max\n${table([head, ...rows])}`;
}

/** Generated to stock within each round. */
export function ratios(measured) {
  const engines = [...new Set(measured.map(({ engine }) => engine))].filter((engine) => engine !== 'target');
  return engines.flatMap((engine) =>
    LOADS.flatMap(({ name }) => {
      const of = (variant) => measured.filter((each) => each.engine === engine && each.load === name && each.variant === variant);
      const stock = of('stock');
      if (stock.length === 0) return [];
      const values = of('generated').map(({ round, requests, cpu }) => {
        const other = stock.find((each) => each.round === round);
        return requests / cpu / (other.requests / other.cpu);
      });
      return [{ engine, load: name, ...spread(values) }];
    }),
  );
}

/** A line for each ratio and each target, those that failed, and how many there were. */
export function verdicts(measured, { engines, missing }) {
  const all = ratios(measured);
  const rest = all.filter(({ engine, load }) => !TARGETS.some((each) => each.engine === engine && each.load === load));
  const promised = TARGETS.filter(({ engine }) => engines.includes(engine)).map(({ engine, load, ratio }) => {
    const found = all.find((each) => each.engine === engine && each.load === load);
    const what = `${engine} ${load}, generated to stock`;
    if (!found) return { failed: false, line: `not measured: ${what}: ${missing.get(engine) ?? 'the load tool cannot make it'}` };
    const kept = found.median >= ratio;
    return { failed: !kept, line: `${kept ? 'PASS' : 'FAIL'}: ${what}: ${told(found)}, at least ${ratio}` };
  });
  const lost = measured.filter(({ failed, variant }) => failed > 0 && variant !== 'stock');
  const losses = {
    failed: lost.length > 0,
    line: `${lost.length > 0 ? 'FAIL' : 'PASS'}: requests that failed, but through stock: ${lost.reduce((sum, { failed }) => sum + failed, 0)}`,
  };
  return {
    lines: [
      ...rest.map((each) => `${each.engine} ${each.load}, generated to stock: ${told(each)}`),
      ...[...promised, losses].map(({ line }) => line),
    ],
    failed: [...promised, losses].some(({ failed }) => failed),
  };
}

/** Those of a load, contender by contender. */
function groups(measured) {
  const keyOf = ({ engine, variant }) => `${engine} ${variant}`;
  const keys = [...new Set(measured.map(keyOf))].sort();
  return keys.map((key) => measured.filter((each) => keyOf(each) === key));
}

function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0], median: sorted[Math.floor(sorted.length / 2)], max: sorted.at(-1) };
}

function told({ min, median, max }) {
  return [min, median, max].map((value) => (value < 100 ? value.toFixed(2) : String(Math.round(value)))).join(' / ');
}

function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
