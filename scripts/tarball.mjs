// Checks what would be published: everything that a user needs and nothing else.
import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const NEEDED = [
  '.jsii',
  'API.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'assets/cli/aws-slots.js',
  'assets/cli/aws.js',
  'assets/cli/proxy-fleet.js',
  'assets/handlers/address-pool/index.mjs',
  'assets/handlers/lifecycle/index.mjs',
  'assets/handlers/probe/index.mjs',
  'assets/handlers/takeover/index.mjs',
  'assets/handlers/target-records/index.mjs',
  'assets/host/opt/proxy-fleet/watchdog.py',
  'dist/index.d.ts',
  'dist/index.js',
  'package.json',
];
const ALLOWED = [
  /^dist\/[\w/-]+\.(d\.ts|js)$/,
  /^assets\/[\w/-]+\.m?js(\.map)?$/,
  /^assets\/host\/[\w/.-]+\.(py|sh|service|timer|conf|json)$/,
  /^docs\/[\w/-]+\.(svg|md)$/,
];

const output = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
  cwd: root,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'ignore'],
});
const listed = JSON.parse(output);
const [{ files }] = Array.isArray(listed) ? listed : Object.values(listed);
const paths = files.map((file) => file.path);
const missing = NEEDED.filter((path) => !paths.includes(path));
const foreign = paths.filter((path) => !NEEDED.includes(path) && !ALLOWED.some((pattern) => pattern.test(path)));
for (const path of missing) process.stderr.write(`the tarball lacks ${path}\n`);
for (const path of foreign) process.stderr.write(`the tarball must not hold ${path}: leave it out of package.json's files\n`);
process.exitCode = missing.length + foreign.length === 0 ? 0 : 1;
