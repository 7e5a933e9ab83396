/** Synthesizes stacks for the tests of templates, with the feature flags that `cdk.json` gives the demo. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

/** Synthesizes an app and reads the template of one of its stacks. */
export function synthesize(app: App, stack: string): Synthesized {
  const { directory } = app.synth();
  const { template } = loadTemplate(directory, stack);
  return { directory, file: join(directory, `${stack}.template.json`), template: template as SynthesizedTemplate };
}
