/**
 * What others say of the templates: CDK's own rule engine over the demo and every example, cdk-nag over the demo.
 *
 * This is the one file in which the rule engine runs: it costs seconds a process.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type Acknowledgement, NAG_ACKNOWLEDGEMENTS } from './nag-acknowledgements';
import { covers } from './permissions';
import { DEMO_STACK, EXAMPLES, featureFlags, makeDemo, synthesizeExamples, temporaryDirectory } from './synth';

delete process.env.CDK_VALIDATION;

const TIMEOUT_MS = 60_000;
const STRICT = { ...featureFlags(), '@aws-cdk/core:validateAgainstDefaultRules': true };
const directory = temporaryDirectory();

interface Violation {
  readonly ruleName: string;
  readonly description: string;
  readonly severity: string;
  readonly violatingConstructs: { readonly constructPath?: string }[];
}

interface Report {
  readonly pluginReports: { readonly pluginName: string; readonly violations: Violation[] }[];
}

const reportOf = (assembly: string) => JSON.parse(readFileSync(join(assembly, 'validation-report.json'), 'utf8')) as Report;

/** Warnings of the rule engine that are right all the same. */
const ACCEPTED_WARNINGS: Record<string, string> = {
  W3010: 'an example for a network that exists names the zones that it has',
};

/** What the rule engine says at all, and what anybody calls an error. Warnings of our own constructs are advice to their user. */
function faultsIn({ pluginReports }: Report): string[] {
  return pluginReports.flatMap(({ pluginName, violations }) =>
    violations
      .filter(({ severity, ruleName }) => {
        if (severity !== 'warning') return true;
        return pluginName === 'CloudFormation Validate' && ACCEPTED_WARNINGS[ruleName] === undefined;
      })
      .map(({ ruleName, description }) => `${pluginName} ${ruleName}: ${description}`),
  );
}

describe("CDK's rule engine", () => {
  test(
    'refuses a wrong template, so it is at work',
    () => {
      const outdir = join(directory, 'wrong');
      const app = new App({ outdir, context: STRICT });
      new CfnResource(new Stack(app, 'Wrong'), 'Check', {
        type: 'AWS::Route53::HealthCheck',
        properties: { HealthCheckConfig: { Type: 'HTTP', IPAddress: '198.51.100.1', FailureThreshold: 'three' } },
      });

      expect(() => app.synth()).toThrow(/FailureThreshold/);

      expect(faultsIn(reportOf(outdir))).toEqual([expect.stringContaining("'three' is not of type 'integer'")]);
    },
    TIMEOUT_MS,
  );

  test(
    'has nothing to say against the demo',
    () => {
      const outdir = join(directory, 'demo');

      makeDemo(outdir).synth();

      expect(featureFlags()).toHaveProperty(['@aws-cdk/core:validateAgainstDefaultRules'], true);
      expect(faultsIn(reportOf(outdir))).toEqual([]);
    },
    TIMEOUT_MS,
  );

  const assemblyOf = (name: string) => join(directory, 'examples', name);
  let run: Promise<unknown> | undefined;

  for (const name of EXAMPLES) {
    test(
      `has nothing to say against the example ${name}`,
      async () => {
        run ??= synthesizeExamples(join(directory, 'examples'), STRICT);
        const failure: unknown = await run.then(
          () => undefined,
          (error: unknown) => error,
        );

        // A finding also fails the process, but says more here.
        if (existsSync(join(assemblyOf(name), 'validation-report.json')))
          expect(faultsIn(reportOf(assemblyOf(name)))).toEqual([]);
        expect(failure).toBeUndefined();
      },
      TIMEOUT_MS,
    );
  }
});

describe('cdk-nag', () => {
  interface Finding {
    readonly rule: string;
    readonly path: string;
  }

  const findings = (): Finding[] => {
    const outdir = join(directory, 'nag');
    const app = makeDemo(outdir);
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).toThrow(/AwsSolutions/);
    const [nag] = reportOf(outdir).pluginReports.filter(({ pluginName }) => pluginName === 'AwsSolutions');
    return (nag?.violations ?? []).flatMap(({ ruleName, violatingConstructs }) =>
      violatingConstructs.map(({ constructPath = '' }) => ({ rule: ruleName, path: constructPath.slice(DEMO_STACK.length + 1) })),
    );
  };

  const matches = ({ rule, paths }: Acknowledgement, finding: Finding) =>
    covers(rule, finding.rule) && paths.some((path) => covers(path, finding.path));

  test(
    'finds nothing in the demo that is not acknowledged with a reason, and every acknowledgement is of use',
    () => {
      const found = findings();

      expect(found.filter((finding) => !NAG_ACKNOWLEDGEMENTS.some((each) => matches(each, finding)))).toEqual([]);
      for (const { rule, paths, reason } of NAG_ACKNOWLEDGEMENTS) {
        const useless = paths.filter((path) => !found.some((finding) => matches({ rule, paths: [path], reason }, finding)));
        expect({ rule, useless }).toEqual({ rule, useless: [] });
        expect(reason).toMatch(/\w+ \w+ \w+/);
      }
    },
    TIMEOUT_MS,
  );
});
