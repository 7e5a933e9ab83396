// Takes away the guards of the takeover (test/model/mutants.mjs) and of the record function (test/runtime/record-mutants.mjs) one by one and
// demands that the invariant named there notices. Fails when a mutant survives, and when a guard's text is not found any more. Words: parts
// of guards' names, to try only those.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { MUTANTS } from '../test/model/mutants.mjs';
import { RECORD_MUTANTS } from '../test/runtime/record-mutants.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// Below node_modules, so that bundles find what they do not contain.
const scratch = mkdtempSync(join(root, 'node_modules', '.mutants-'));
const SEED = Number(process.env.FC_SEED ?? 1);
const TIME_MS = 120_000;
const words = process.argv.slice(2);
const all = [
  ...MUTANTS.map((mutant) => ({
    ...mutant,
    play: './test/model/play',
    options: { steps: 400_000, only: mutant.breaks, shrinks: false, full: mutant.full ?? [] },
  })),
  ...RECORD_MUTANTS.map((mutant) => ({ ...mutant, play: './test/runtime/record-histories', options: { runs: 2000 } })),
];
const wanted = all.filter(({ guard }) => words.every((word) => guard.includes(word)));
const began = Date.now();
let failed = 0;
const left = [...wanted.entries()];

try {
  await Promise.all([lane(), lane()]);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
const seconds = ((Date.now() - began) / 1000).toFixed(0);
process.stdout.write(
  `${wanted.length - failed} of ${wanted.length} guards were missed when they were gone (${seconds} s, FC_SEED=${SEED})\n`,
);
process.exitCode = failed === 0 && wanted.length > 0 ? 0 : 1;

async function lane() {
  for (let next = left.shift(); next; next = left.shift()) {
    const [index, mutant] = next;
    const problem = await attempt(mutant, join(scratch, `${index}.cjs`)).catch((error) => error.message);
    if (problem) failed++;
    process.stdout.write(problem ? `FAILED ${mutant.guard}: ${problem}\n` : '');
  }
}

/** Nothing when the mutant is caught. */
async function attempt({ guard, file, from, to, also = [], breaks, play, options }, bundle) {
  await build({
    stdin: {
      contents: `import { parentPort, workerData } from 'node:worker_threads';
import { play } from '${play}';
play(workerData).then((played) => parentPort.postMessage(played));`,
      resolveDir: root,
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    packages: 'external',
    outfile: bundle,
    logLevel: 'silent',
    plugins: [{ name: 'mutant', setup: (into) => into.onLoad({ filter: /\.ts$/ }, (loaded) => mutate(loaded.path)) }],
  });
  const worker = new Worker(bundle, { workerData: { seed: SEED, ...options }, execArgv: ['--no-warnings'] });
  const timer = setTimeout(() => worker.terminate(), TIME_MS);
  const played = await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error(`no answer within ${TIME_MS / 1000} s`)));
  });
  clearTimeout(timer);
  await worker.terminate();
  if (played.failure === undefined) return `survived ${played.steps} steps or histories, '${breaks}' held`;
  const [broken] = played.failure.split('\n');
  if (!broken.includes(breaks)) return `broke something else than '${breaks}': ${broken}`;
  process.stdout.write(`ok     ${guard}: ${broken.slice(0, 90)} (${played.steps})\n`);

  function mutate(path) {
    if (relative(root, path) !== file) return undefined;
    let contents = readFileSync(path, 'utf8');
    for (const [a, b] of [[from, to], ...also]) {
      if (contents.split(a).length !== 2) return { errors: [{ text: `not found exactly once in ${file}: ${a}` }] };
      contents = contents.replace(a, () => b);
    }
    return { contents, loader: 'ts' };
  }
}
