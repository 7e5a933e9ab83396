// Runs what depends on aws-cdk-lib once more in a copy of the project with its newest version: the peer range promises that it works.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const copy = mkdtempSync(join(tmpdir(), 'proxy-fleet-newest-'));
const run = (command, ...args) => execFileSync(command, args, { cwd: copy, stdio: 'inherit' });
try {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
  for (const file of files) cpSync(join(root, file), join(copy, file));
  if (existsSync(join(root, '.venv'))) symlinkSync(join(root, '.venv'), join(copy, '.venv'));
  run('npm', 'install', '--loglevel=error', 'aws-cdk-lib@latest', 'constructs@latest');
  run(join(copy, 'node_modules', '.bin', 'tsc'), '--noEmit', '-p', 'tsconfig.json');
  run(join(copy, 'node_modules', '.bin', 'jest'), '--ci', 'test/lib', 'test/templates', 'test/rehearsal/template');
} catch {
  process.exitCode = 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}
