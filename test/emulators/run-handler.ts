/** Runs a bundled handler as Lambda would: in a Node process of its own, with the environment of the deployed function. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';

const HANDLERS = join(__dirname, '..', '..', 'assets', 'handlers');
const TIMEOUT_MS = 30_000;

/** What Lambda allows the functions, in milliseconds. */
const ALLOWED_MS = { takeover: 60_000, lifecycle: 900_000 };

/** The outcome goes to the end of standard output, behind what the handler logs there. */
const RUN = `
  const [file, event, owner, remaining] = process.argv.slice(1);
  const context = { awsRequestId: owner, logStreamName: 'test', getRemainingTimeInMillis: () => Number(remaining) };
  const run = async () => (await import(file)).handler(JSON.parse(event), context);
  const outcome = await run().then((value) => ({ value: value ?? null }), (error) => ({ error: String(error) }));
  process.stdout.write('\\n' + JSON.stringify(outcome));
`;

let runs = 0;

/** @returns what the handler returned */
export function runHandler(name: 'takeover' | 'lifecycle', event: object, environment: Record<string, string>): Promise<unknown> {
  const file = join(HANDLERS, name, 'index.mjs');
  const args = ['--input-type=module', '--eval', RUN, file, JSON.stringify(event), `run-${++runs}`, String(ALLOWED_MS[name])];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { env: environment, timeout: TIMEOUT_MS }, (failure, stdout, stderr) => {
      const lines = stdout.split('\n');
      const outcome = failure
        ? { error: stderr.slice(-500) }
        : (JSON.parse(lines.pop() ?? '') as { value?: unknown; error?: string });
      if (outcome.error === undefined) resolve(outcome.value);
      else reject(new Error([`the ${name} function failed: ${outcome.error}`, ...lines].join('\n')));
    });
  });
}
