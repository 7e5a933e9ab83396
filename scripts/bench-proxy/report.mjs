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

/** Those that may lose no request. */
const PROMISED = ['generated', 'direct'];

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

/** What is compared within each round: the generated configuration, and what could be had at best. */
const PAIRS = [
  ['generated', 'stock'],
  ['generated', 'bare'],
  ['bare', 'stock'],
];

export function ratios(measured) {
  const engines = [...new Set(measured.map(({ engine }) => engine))].filter((engine) => engine !== 'target');
  return engines.flatMap((engine) =>
    LOADS.flatMap(({ name }) => {
      const of = (variant) => measured.filter((each) => each.engine === engine && each.load === name && each.variant === variant);
      if (of('stock').length === 0) return [];
      return PAIRS.map(([variant, to]) => ({ engine, load: name, variant, to, ...spread(ratiosOf(of(variant), of(to))) }));
    }),
  );
}

function ratiosOf(ours, others) {
  return ours.map(({ round, requests, cpu }) => {
    const other = others.find((each) => each.round === round);
    return requests / cpu / (other.requests / other.cpu);
  });
}

/** A line for each ratio and each target, those that failed, and how many there were. */
export function verdicts(measured, { engines, missing }) {
  const all = ratios(measured);
  const find = (engine, load, variant) =>
    all.find((each) => each.engine === engine && each.load === load && each.variant === variant && each.to === 'stock');
  const promised = TARGETS.filter(({ engine }) => engines.includes(engine)).map(({ engine, load, ratio }) => {
    const found = find(engine, load, 'generated');
    const what = `${engine} ${load}, generated to stock`;
    if (!found) return { failed: false, line: `not measured: ${what}: ${missing.get(engine) ?? 'the load tool cannot make it'}` };
    const kept = found.median >= ratio;
    const best = told(find(engine, load, 'bare'));
    return {
      failed: !kept,
      line: `${kept ? 'PASS' : 'FAIL'}: ${what}: ${told(found)}, at least ${ratio} (stock laid bare: ${best})`,
    };
  });
  const lost = measured.filter(({ failed, variant }) => failed > 0 && PROMISED.includes(variant));
  const losses = {
    failed: lost.length > 0,
    line: `${lost.length > 0 ? 'FAIL' : 'PASS'}: requests that failed through the generated configuration, or without a proxy: ${lost.reduce((sum, { failed }) => sum + failed, 0)}`,
  };
  return {
    lines: [
      ...all.map((each) => `${each.engine} ${each.load}, ${each.variant} to ${each.to}: ${told(each)}`),
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
