// The long proof of the takeover: at least a million steps of the model in test/model, one seed after the other, then the mutants.
// FC_STEPS: how many steps; FC_SEED: the first seed, to play a night again.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// Below node_modules, so that the bundle finds what it does not contain.
const scratch = mkdtempSync(join(root, 'node_modules', '.nightly-'));
const wanted = Number(process.env.FC_STEPS ?? 1_000_000);
/** Steps of one seed. */
const SHARE = 100_000;
const first = Number(process.env.FC_SEED ?? Date.now() % 2_000_000_000);
const began = Date.now();
let total = 0;
let histories = 0;
let failed = false;

try {
  const bundle = join(scratch, 'play.mjs');
  await build({
    entryPoints: [join(root, 'test', 'model', 'play.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['fast-check'],
    outfile: bundle,
    logLevel: 'warning',
  });
  const { play } = await import(pathToFileURL(bundle).href);
  for (let seed = first; total < wanted && !failed; seed++) {
    const played = await play({ seed, steps: Math.min(SHARE, wanted - total) });
    total += played.steps;
    histories += played.histories;
    failed = played.failure !== undefined;
    const seconds = (Date.now() - began) / 1000;
    process.stdout.write(
      `${total} steps, seed ${seed}: ${failed ? 'FAILED' : 'ok'} (${seconds.toFixed(0)} s, ${(total / seconds).toFixed(0)} steps/s)\n`,
    );
    if (failed) process.stdout.write(`${played.failure}\nFC_SEED=${seed} plays it again: see test/model/takeover.test.ts\n`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.stdout.write(
  `${total} steps in ${histories} histories, first FC_SEED=${first}, ${failed ? 'FAILED' : 'all invariants held'}\n`,
);
if (!failed) failed = spawnSync(process.execPath, [join(root, 'scripts', 'mutations.mjs')], { stdio: 'inherit' }).status !== 0;
process.exitCode = failed ? 1 : 0;
