// Bundles the Lambda handlers, the command line and the programs for instances into assets/, which is where the constructs and
// package.json look for them.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const assets = join(root, 'assets');

const common = {
  bundle: true,
  platform: 'node',
  legalComments: 'none',
  logLevel: 'error',
  absWorkingDir: root,
  sourcemap: true,
  write: false,
};

/** The AWS SDK goes into the bundle: half the size and half the import time of the one that Lambda brings along. */
const handler = (file) =>
  build({
    ...common,
    entryPoints: [join('runtime', 'handlers', file)],
    outfile: join(assets, 'handlers', basename(file, '.ts'), 'index.mjs'),
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    sourcesContent: false,
    banner: { js: "import{createRequire as bundleRequire}from'node:module';const require=bundleRequire(import.meta.url);" },
  });

/** Modules of runtime/aws that the command line loads, and the files that they become. */
const AWS_APART = { 'deployed-fleets': 'aws.js', 'deployed-slots': 'aws-slots.js' };

/**
 * What the command line needs of AWS are files of their own, loaded by who asks for a deployed stack: its size would cost every child
 * process of a rehearsal, which is the command line, too, tens of milliseconds.
 */
const awsApart = {
  name: 'aws-apart',
  setup({ onResolve }) {
    for (const [file, into] of Object.entries(AWS_APART)) {
      onResolve({ filter: new RegExp(`/runtime/aws/${file}\\.js$`) }, () => ({ path: `./${into}`, external: true }));
    }
  },
};

const commandLineAws = ([file, into]) =>
  build({
    ...common,
    entryPoints: [join('runtime', 'aws', `${file}.ts`)],
    outfile: join(assets, 'cli', into),
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    minify: true,
    sourcesContent: false,
  });

const commandLine = () =>
  build({
    ...common,
    entryPoints: [join('bin', 'proxy-fleet.ts')],
    outfile: join(assets, 'cli', 'proxy-fleet.js'),
    format: 'cjs',
    target: 'node20',
    sourcesContent: false,
    plugins: [awsApart],
    banner: { js: '#!/usr/bin/env node' },
  });

/** Programs for instances, in the folders in which they lie there. */
const hostPrograms = async () => {
  const { outputFiles } = await build({
    ...common,
    sourcemap: false,
    entryPoints: [join('lib', 'host', 'programs.ts')],
    format: 'esm',
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  const { PROGRAMS } = await import(`data:text/javascript;base64,${code}`);
  const folder = join(assets, 'host');
  for (const [path, text] of Object.entries(PROGRAMS)) put({ path: join(folder, path), contents: Buffer.from(text) });
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(file.parentPath ?? file.path, file.name);
    if (file.isFile() && PROGRAMS[path.slice(folder.length)] === undefined && !/\.\d+$/.test(path)) rmSync(path);
  }
};

/** Whole files only, and none that has not changed: several commands may bundle at once, and assets are told apart by their content. */
function put({ path, contents }) {
  try {
    if (readFileSync(path).equals(contents)) return;
  } catch {
    mkdirSync(dirname(path), { recursive: true });
  }
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, contents, { mode: path.endsWith('proxy-fleet.js') ? 0o755 : 0o644 });
  renameSync(draft, path);
}

const handlers = readdirSync(join(root, 'runtime', 'handlers')).filter((file) => file.endsWith('.ts'));
const [results] = await Promise.all([
  Promise.all([...handlers.map(handler), commandLine(), ...Object.entries(AWS_APART).map(commandLineAws)]),
  hostPrograms(),
]);
for (const { outputFiles } of results) outputFiles.forEach(put);
