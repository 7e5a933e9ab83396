/** h2spec: a suite for HTTP/2 and HPACK that nobody here wrote. `scripts/setup.mjs full` installs it where there is a Go. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { check, optional } from '../templates/checkers';
import { ROOT } from '../templates/synth';

/** Seconds that it waits for a frame; a case that expects one and gets none takes as long. */
const PATIENCE = 2;
const TIMEOUT_MS = 150_000;
const INSTALLED = join(ROOT, '.setup', 'bin', 'h2spec');

/** undefined, with the reason printed, when there is none. */
export const H2SPEC =
  [process.env.H2SPEC, INSTALLED].find((file) => file !== undefined && existsSync(file)) ??
  optional('h2spec', 'HTTP/2 is not examined: have a Go, or an h2spec in $H2SPEC');

/** Cases as 'section: text'. */
export interface Verdict {
  readonly passed: string[];
  readonly failed: string[];
  readonly skipped: string[];
}

/** Puts every case to an HTTPS port. */
export async function examine(address: string, port: number, report: string): Promise<Verdict> {
  const flags = ['--tls', '--insecure', '--timeout', String(PATIENCE), '--junit-report', report];
  const { output } = await check(H2SPEC as string, [...flags, '--host', address, '--port', String(port)], TIMEOUT_MS);
  if (!/^\d+ tests, /m.test(output)) throw new Error(`h2spec ended without a verdict: ${output.slice(-500)}`);
  const cases = [...readFileSync(report, 'utf8').matchAll(/<testcase package="([^"]*)" classname="([^"]*)"[^>]*>\s*(<\w+)?/g)];
  const named = (wanted: (mark?: string) => boolean) =>
    cases.flatMap(([, section, text, mark]) => (wanted(mark) ? [`${section}: ${text?.replaceAll('&#34;', '"')}`] : []));
  return {
    passed: named((mark) => mark === undefined),
    failed: named((mark) => mark !== undefined && mark !== '<skipped'),
    skipped: named((mark) => mark === '<skipped'),
  };
}

export function figures(name: string, { passed, failed, skipped }: Verdict): string {
  return `${name}: ${passed.length} cases passed, ${failed.length} failed, ${skipped.length} skipped\n`;
}
