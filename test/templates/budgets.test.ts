/** The budgets that `proxy-fleet budget` reads out of the demo and of every example are those that their constructs computed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readBudgets } from '../../rehearsal/budget/read-budgets';
import { DEFAULT_ASSUMPTIONS } from '../../rehearsal/template/budgets';
import { loadTemplate, type Template } from '../../rehearsal/template/load-template';
import { plainName } from '../../rehearsal/template/read-record';
import { resourcesOf } from '../../rehearsal/template/resources';
import { DEMO_STACK, EXAMPLES, makeDemo, synthesizeExamples, temporaryDirectory } from './synth';

const directory = temporaryDirectory();
const assemblyOf = (name: string) => join(directory, name);
const json = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8'));

interface Published {
  readonly path: string;
  readonly formula: string;
}

interface MetadataEntry {
  readonly type: string;
  readonly data?: Published & { readonly totalSeconds: number };
}

/** What stands in the metadata of a stack, which newer versions of CDK write beside the manifest. */
function publishedIn(assembly: string, stack: string): Published[] {
  const { metadata, additionalMetadataFile } = json(assembly, 'manifest.json').artifacts[stack];
  const entries: Record<string, MetadataEntry[]> = {
    ...metadata,
    ...(additionalMetadataFile && json(assembly, additionalMetadataFile)),
  };
  return Object.entries(entries).flatMap(([path, found]) =>
    found.flatMap(({ type, data }) =>
      type === 'cdk-proxy-fleet:failover-budget' && data ? [{ path: path.slice(1), formula: data.formula }] : [],
    ),
  );
}

/** What the command calls the construct with this path: the shortest name of its records, or for a virtual IP its path. */
function entryOf(path: string, stack: string, template: Template): string {
  const records = resourcesOf(template, 'AWS::Route53::RecordSet').map(([, { Properties = {} }]) => Properties);
  const own = records.filter(
    ({ Comment }) => String(Comment).startsWith(path) && /^[:/]/.test(String(Comment).slice(path.length)),
  );
  const names = own.map(({ Name }) => plainName(String(Name)));
  return names.sort((one, other) => one.length - other.length)[0] ?? path.slice(stack.length + 1);
}

function compare(assembly: string, stack: string): number {
  const loaded = loadTemplate(assembly, stack);
  const published = publishedIn(assembly, stack).map(({ path, formula }) => [entryOf(path, stack, loaded.template), formula]);
  if (published.length === 0) return 0;

  const told = readBudgets(loaded, DEFAULT_ASSUMPTIONS).budgets.map(({ entry, formula }) => [entry, formula]);

  expect(told).toEqual(expect.arrayContaining(published));
  return published.length;
}

beforeAll(() => synthesizeExamples(directory), 60_000);

test('the demo', () => {
  makeDemo(assemblyOf('demo')).synth();

  expect(compare(assemblyOf('demo'), DEMO_STACK)).toBe(2);
});

test.each(EXAMPLES)('the example %s', (name) => {
  const artifacts: Record<string, { type: string }> = json(assemblyOf(name), 'manifest.json').artifacts;
  const stacks = Object.keys(artifacts).filter((id) => artifacts[id]?.type === 'aws:cloudformation:stack');

  expect(stacks.map((stack) => compare(assemblyOf(name), stack)).reduce((sum, count) => sum + count)).toBeGreaterThan(0);
});
