// Runs every check of the project and ends with one line that counts them. Two lanes, because most machines have two cores:
// jest beside the compilers. `--full` adds what takes longer; what is not a flag is handed to jest.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const scratch = mkdtempSync(join(tmpdir(), 'proxy-fleet-test-'));
const counts = join(scratch, 'jest.json');
const full = process.argv.includes('--full');
const wanted = process.argv.slice(2).filter((word) => word !== '--full');
const node = process.execPath;
const bin = (name) => join(root, 'node_modules', '.bin', name);
const env = {
  ...process.env,
  JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '20',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  // What tests leave behind goes with it.
  TMPDIR: scratch,
  ...(full && { FC_RUNS: '20000', FC_STEPS: '200000', REAL_TIME: '1' }),
};
const running = new Set();
/** Steps whose figures are worth reading when they pass. */
const SHOWN = ['jest', 'newer engines', 'rehearsals'];
/** Tests that take half a minute and more, because they wait for what happens in real time. */
const LONG = [
  'test/cli/agreement.test.ts',
  'test/cli/rehearse-dual-stack.test.ts',
  'test/cli/rehearse-elastic.test.ts',
  'test/cli/rehearse-failover.test.ts',
  'test/cli/rehearse-host.test.ts',
  'test/cli/rehearse-instance-addresses.test.ts',
  'test/cli/rehearse-named.test.ts',
  'test/cli/rehearse-nginx.test.ts',
  'test/cli/rehearse-vip-scenarios.test.ts',
  'test/cli/vip.test.ts',
  'test/emulators/address-pool.test.ts',
  'test/emulators/deploy.test.ts',
  'test/emulators/hint-to-move.test.ts',
  'test/emulators/instance-records.test.ts',
  'test/emulators/instance-records-ministack.test.ts',
  'test/emulators/takeover-faults.test.ts',
  'test/emulators/takeover-figures.test.ts',
  'test/emulators/takeover-races.test.ts',
  'test/emulators/target-records.test.ts',
  'test/engine/h2spec.test.ts',
  'test/engine/haproxy-discovery.test.ts',
  'test/host/boot-run-elastic.test.ts',
  'test/host/certificates.test.ts',
  'test/host/drain-clients.test.ts',
  'test/host/drain.test.ts',
  'test/host/hang.test.ts',
  'test/host/heartbeat.test.ts',
  'test/host/keepalived.test.ts',
  'test/host/publish.test.ts',
  'test/lib/max-outage.property.test.ts',
  'test/rehearsal/clients/client.test.ts',
  'test/rehearsal/health/detection.test.ts',
  'test/rehearsal/simulate/client.test.ts',
  'test/rehearsal/simulate/failover.test.ts',
  'test/rehearsal/simulate/play.test.ts',
  'test/templates/validation.test.ts',
];
/** Tests that are a step of their own, and the long ones. */
const ELSEWHERE = ['test/api.test.ts', ...(full ? [] : LONG)];
let passed = 0;
let failed = 0;

for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.once(signal, () => {
    for (const child of running) child.kill(signal);
    rmSync(scratch, { recursive: true, force: true });
    process.exit(status);
  });
}

try {
  await step('bundles', [node, 'scripts/bundle.mjs']);
  await Promise.all([compilers(), jest()]);
  if (full) {
    await step('mutants', [node, 'scripts/mutations.mjs']);
    await step('newest aws-cdk-lib', [node, 'scripts/newest.mjs']);
    await step('newer engines', [node, 'scripts/newer-engines.mjs']);
    await step('rehearsals', [node, 'scripts/full-rehearsal.mjs']);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;

async function compilers() {
  if (wanted.length > 0) return;
  await step('types', [bin('tsc'), '--noEmit', '-p', 'tsconfig.json']);
  await step('linter', [bin('biome'), 'check', '--error-on-warnings']);
  await step('jsii', [bin('jsii'), '--fail-on-warnings']);
  await step('public API', [bin('jest'), '--ci', '--globalSetup=', '--runTestsByPath', 'test/api.test.ts']);
  if (full) await step('documented examples', [node, 'scripts/rosetta.mjs']);
  await step('API.md', [node, 'scripts/api-doc.mjs', '--check']);
  await step('tarball', [node, 'scripts/tarball.mjs']);
}

async function jest() {
  const flags = [
    '--ci',
    '--json',
    `--outputFile=${counts}`,
    '--maxWorkers=2',
    ...(wanted.length > 0 ? wanted : ELSEWHERE.map((file) => `--testPathIgnorePatterns=${file}`)),
  ];
  const ok = await step('jest', [bin('jest'), ...flags], { counted: false });
  try {
    const result = JSON.parse(readFileSync(counts, 'utf8'));
    passed += result.numPassedTests;
    failed += result.numFailedTests + result.numRuntimeErrorTestSuites;
    if (!ok && failed === 0) failed++;
  } catch {
    failed++;
  }
}

/** One check: quiet when it passes, everything it said when it fails. */
function step(name, [command, ...args], { counted = true } = {}) {
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', (error) => (output += error.message));
    child.once('close', (code) => {
      running.delete(child);
      const ok = code === 0;
      const seconds = ((Date.now() - started) / 1000).toFixed(0);
      process.stdout.write(
        `${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)\n${ok && !SHOWN.includes(name) ? '' : `${output.trim()}\n`}`,
      );
      if (counted) ok ? passed++ : failed++;
      resolve(ok);
    });
  });
}
