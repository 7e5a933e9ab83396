// How long a takeover takes: many rehearsals of 'vip-crash' in real time, from the death of a holder's host to AssociateAddress.
// Usage: node scripts/bench-vip.mjs [cdk.out | template.json] [runs] [more options of 'proxy-fleet rehearse']
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What 99 of 100 takeovers should take at most. */
const TARGET_SECONDS = 1.5;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [template = join(root, 'cdk.out'), runs = '100', ...options] = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'proxy-fleet-bench-'));
const json = join(scratch, 'result.json');
const fixed = ['--scenario', 'vip-crash', '--address-move', '0', '--runs', runs, '--json', json];

try {
  const { status } = spawnSync(
    process.execPath,
    [join(root, 'assets', 'cli', 'proxy-fleet.js'), 'rehearse', template, ...fixed, ...options],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  process.exitCode = status ?? 2;
  if (status === 0 || status === 1) tell(JSON.parse(readFileSync(json, 'utf8')));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function tell({ runs: all, notes }) {
  const figures = all.flatMap(({ measures }) => measures.filter(({ name }) => name.endsWith(' takeover')));
  const values = figures.map(({ seconds = Number.POSITIVE_INFINITY }) => seconds).sort((a, b) => a - b);
  const at = (share) => values[Math.max(0, Math.ceil(share * values.length) - 1)];
  const row = { takeovers: values.length, min: values[0], median: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
  process.stdout.write(
    `${JSON.stringify(row)}: p99 at most ${TARGET_SECONDS} s ${row.p99 <= TARGET_SECONDS ? 'OK' : 'missed'}\n`,
  );
  for (const note of notes.filter((text) => /busy|takeover/.test(text))) process.stdout.write(`${note}\n`);
}
