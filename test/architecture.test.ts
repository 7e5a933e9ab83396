import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

const ROOT = join(__dirname, '..');
const CONTRACT = 'lib/private/contract';
/** The contract, and those of single functions. */
const IS_CONTRACT = /^lib\/private\/([a-z]+-)?contract(\.ts)?$/;

/** What use cases need from the outside. */
const PORTS = /^runtime\/([a-z]+-)*ports$/;

/** The command line; what else is in bin/ is the demo. */
const COMMAND_LINE = ['bin/vip-', 'bin/drain-', 'rehearsal/', 'runtime/', /^node:/];

/** Which rooms and packages the files of a room may import. Everybody may import the contracts. */
const MAY_IMPORT: Record<string, (string | RegExp)[]> = {
  'lib/': ['lib/', /^aws-cdk-lib/, 'constructs', /^node:/],
  'runtime/core/': ['runtime/core/', PORTS],
  'runtime/aws/': ['runtime/aws/', 'runtime/core/', PORTS, 'runtime/reason-of', /^@aws-sdk\//, /^@smithy\//, /^node:/],
  'runtime/': ['runtime/', /^node:/, 'aws-lambda'],
  'rehearsal/': ['rehearsal/', 'runtime/', /^node:/, 'yaml'],
  'bin/proxy-fleet.ts': COMMAND_LINE,
  'bin/vip-': COMMAND_LINE,
  'bin/drain-': COMMAND_LINE,
  'bin/': ['bin/demo-', 'lib/', 'lib', /^aws-cdk-lib/, 'constructs'],
  'examples/': ['cdk-proxy-fleet', /^aws-cdk-lib/, 'constructs'],
};

function sources(directory: string): string[] {
  return readdirSync(join(ROOT, directory), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => join(directory, file));
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/^(?:import|export)\b[^;]*?from '([^']+)';|\bimport\('([^']+)'\)|^import '([^']+)';/gms)].map(
    (match) => {
      const name = (match[1] ?? match[2] ?? match[3]) as string;
      return name.startsWith('.') ? relative(ROOT, resolve(ROOT, dirname(file), name)) : name;
    },
  );
}

function allowed(file: string, imported: string): boolean {
  if (IS_CONTRACT.test(file)) return false;
  if (IS_CONTRACT.test(imported)) return true;
  const room = Object.keys(MAY_IMPORT).find((prefix) => file.startsWith(prefix));
  return (MAY_IMPORT[room ?? ''] ?? []).some((rule) =>
    typeof rule === 'string' ? imported.startsWith(rule) : rule.test(imported),
  );
}

const FILES = ['lib', 'runtime', 'rehearsal', 'bin', 'examples'].flatMap(sources);

test('no file imports from a room that it must not know', () => {
  const wrong = FILES.flatMap((file) =>
    importsOf(file)
      .filter((imported) => !allowed(file, imported))
      .map((imported) => `${file} imports ${imported}`),
  );

  expect(wrong).toEqual([]);
});

test('the check itself sees a wrong import of each kind', () => {
  expect(allowed('rehearsal/x.ts', 'lib/fleet/proxy-fleet')).toBe(false);
  expect(allowed('runtime/core/x.ts', 'node:http')).toBe(false);
  expect(allowed('runtime/aws/x.ts', 'aws-cdk-lib')).toBe(false);
  expect(allowed('lib/x.ts', 'runtime/ports')).toBe(false);
  expect(allowed('lib/private/contract.ts', 'lib/private/validate')).toBe(false);
  expect(allowed('lib/private/pool-contract.ts', CONTRACT)).toBe(false);
  expect(allowed('bin/vip-x.ts', 'lib/fleet/proxy-fleet')).toBe(false);
  expect(allowed('bin/app.ts', 'bin/vip-command')).toBe(false);
  expect(allowed('rehearsal/x.ts', CONTRACT)).toBe(true);
  expect(importsOf('rehearsal/template/read-fleet.ts')).toContain(CONTRACT);
});

test('handlers are wiring: 60 lines at most', () => {
  const long = FILES.filter((file) => file.startsWith('runtime/handlers/')).filter(
    (file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length > 61,
  );

  expect(long).toEqual([]);
});

test('decisions use no clock, no chance and no environment', () => {
  const impure = FILES.filter((file) => file.startsWith('runtime/core/')).filter((file) =>
    /\bDate\b|Math\.random|\bprocess\.|setTimeout|\bfetch\(/.test(readFileSync(join(ROOT, file), 'utf8')),
  );

  expect(impure).toEqual([]);
});
