// Writes API.md from the compiled library; with --check it only says whether the file is up to date.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'proxy-fleet-api-'));
try {
  execFileSync(join(root, 'node_modules', '.bin', 'jsii-docgen'), ['--output', join(scratch, 'API')], {
    cwd: root,
    stdio: 'inherit',
  });
  const made = readFileSync(join(scratch, 'API.md'), 'utf8').replace(/[ \t]+$/gm, '');
  const file = join(root, 'API.md');
  if (!process.argv.includes('--check')) {
    writeFileSync(file, made);
  } else if (readFileSync(file, 'utf8') !== made) {
    process.stderr.write('API.md is stale: run npm run build and commit it\n');
    process.exitCode = 1;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
