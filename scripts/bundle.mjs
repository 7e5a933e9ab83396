// Bundles the Lambda handlers and the command line into assets/, which is where the constructs and package.json look for them.
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const assets = join(root, 'assets');
const staging = join(root, `assets.${process.pid}`);

const common = { bundle: true, platform: 'node', legalComments: 'none', logLevel: 'error', absWorkingDir: root };

/** The AWS SDK goes into the bundle: half the size and half the import time of the one that Lambda brings along. */
const handler = (file) =>
  build({
    ...common,
    entryPoints: [join('runtime', 'handlers', file)],
    outfile: join(staging, 'handlers', basename(file, '.ts'), 'index.mjs'),
    format: 'esm',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    banner: { js: "import{createRequire as _r}from'node:module';const require=_r(import.meta.url);" },
  });

const commandLine = () =>
  build({
    ...common,
    entryPoints: [join('bin', 'proxy-fleet.ts')],
    outfile: join(staging, 'cli', 'proxy-fleet.js'),
    format: 'cjs',
    target: 'node20',
    sourcemap: true,
    sourcesContent: false,
  });

try {
  mkdirSync(staging);
  const handlers = readdirSync(join(root, 'runtime', 'handlers')).filter((file) => file.endsWith('.ts'));
  await Promise.all([...handlers.map(handler), ...(existsSync(join(root, 'bin', 'proxy-fleet.ts')) ? [commandLine()] : [])]);
  const old = `${staging}.old`;
  if (existsSync(assets)) renameSync(assets, old);
  renameSync(staging, assets);
  rmSync(old, { recursive: true, force: true });
} finally {
  rmSync(staging, { recursive: true, force: true });
}
