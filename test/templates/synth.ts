/** Synthesizes stacks for the tests of templates, with the feature flags that `cdk.json` gives the demo. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App } from 'aws-cdk-lib';
import { readDemoContext } from '../../bin/demo-context';
import { DemoStack } from '../../bin/demo-stack';
import { type Json, loadTemplate, type Resource, type Template } from '../../rehearsal/template/load-template';

export const ROOT = join(__dirname, '..', '..');

export const DEMO_STACK = 'ProxyFleetDemo';

/** A resource with what the rehearsal does not ask for. */
export interface SynthesizedResource extends Resource {
  readonly DependsOn?: string | string[];
}

export interface SynthesizedTemplate extends Template {
  readonly Resources: Record<string, SynthesizedResource>;
  readonly Outputs?: Record<string, { readonly Value: Json }>;
}

export interface Synthesized {
  /** The cloud assembly. */
  readonly directory: string;
  readonly file: string;
  readonly template: SynthesizedTemplate;
}

/** The feature flags of `cdk.json`. */
export function featureFlags(): Record<string, unknown> {
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  return context;
}

/** A folder that is removed when the tests of the calling file are over. Call it outside of tests. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'proxy-fleet-test-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** The demo as an app that is not synthesized yet. */
export function makeDemo(outdir: string): App {
  const app = new App({ outdir, context: featureFlags() });
  new DemoStack(app, DEMO_STACK, { context: readDemoContext((name) => app.node.tryGetContext(name)) });
  return app;
}

/** Synthesizes the demo without context of its own. */
export function synthesizeDemo(directory: string): Synthesized {
  return synthesize(makeDemo(directory), DEMO_STACK);
}

/** Names of the examples. */
export const EXAMPLES = readdirSync(join(ROOT, 'examples')).filter((name) => existsSync(join(ROOT, 'examples', name, 'app.ts')));

/** Runs app after app: an app knows its folder when it is made and is synthesized when its process has nothing left to do. */
const RUN_APPS = `
  const places = process.argv.slice(1);
  for (let index = 0; index < places.length; index += 2) {
    process.env.CDK_OUTDIR = places[index + 1];
    require(places[index]);
  }
`;

/**
 * Synthesizes every example into a folder of its own name. All run in one process, as the command line would run each: most of the time
 * goes into compiling CDK's rule engine.
 */
export async function synthesizeExamples(directory: string, context: Record<string, unknown> = {}): Promise<void> {
  await promisify(execFile)(
    join(ROOT, 'node_modules', '.bin', 'tsx'),
    ['--eval', RUN_APPS, ...EXAMPLES.flatMap((name) => [join(ROOT, 'examples', name, 'app.ts'), join(directory, name)])],
    { cwd: ROOT, env: { ...process.env, CDK_CONTEXT_JSON: JSON.stringify(context) }, timeout: 60_000 },
  );
}

/** Synthesizes an app and reads the template of one of its stacks. */
export function synthesize(app: App, stack: string): Synthesized {
  const { directory } = app.synth();
  const { template } = loadTemplate(directory, stack);
  return { directory, file: join(directory, `${stack}.template.json`), template: template as SynthesizedTemplate };
}
