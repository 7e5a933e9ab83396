// Compiles every example of the README and of the docstrings against the library as it is.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'proxy-fleet-rosetta-'));
try {
  // A project that depends on the library, without installing anything.
  const modules = join(scratch, 'node_modules');
  mkdirSync(modules);
  for (const name of ['aws-cdk-lib', 'constructs']) symlinkSync(join(root, 'node_modules', name), join(modules, name));
  symlinkSync(root, join(modules, 'cdk-proxy-fleet'));
  const flags = ['extract', '--compile', '--fail', '--strict', '--directory', scratch, '--output', join(scratch, 'tablet.json')];
  execFileSync(join(root, 'node_modules', '.bin', 'jsii-rosetta'), flags, { cwd: root, stdio: 'inherit' });
} catch {
  process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
