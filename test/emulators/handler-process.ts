/**
 * A bundled handler, run as Lambda would: in a Node process of its own, with the environment of the deployed function, one event
 * after the other. The process stays, so its later runs are warm ones.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

const HANDLERS = join(__dirname, '..', '..', 'assets', 'handlers');

/** A run that lasts longer than this was not ended by its deadline. */
const PATIENCE_MS = 100_000;

/** What Lambda allows the functions, in milliseconds. */
const ALLOWED_MS = {
  'address-pool': 60_000,
  'instance-records': 600_000,
  'target-records': 300_000,
  takeover: 60_000,
  lifecycle: 900_000,
};

/** Marks the outcome, which goes to standard output behind what the handler writes there. */
const MARK = '\u0001';

const PROGRAM = `
  const [file] = process.argv.slice(1);
  process.on('disconnect', () => process.exit());
  process.on('message', async ({ event, owner, remainingMs }) => {
    const end = Date.now() + remainingMs;
    const context = { awsRequestId: owner, logStreamName: 'test', getRemainingTimeInMillis: () => end - Date.now() };
    const run = async () => (await import(file)).handler(event, context);
    const outcome = await run().then((value) => ({ value: value ?? null }), (error) => ({ error: String(error) }));
    process.stdout.write('\\n${MARK}' + JSON.stringify(outcome) + '\\n');
  });
`;

/** What came of one event. */
export interface HandlerRun {
  /** What the handler returned; undefined when it threw. */
  readonly value?: unknown;
  readonly error?: string;
  /** What it wrote to standard output, without empty lines. */
  readonly lines: readonly string[];
  /** When it got the event, in `performance.now()`. */
  readonly at: number;
  readonly tookMs: number;
}

let runs = 0;

export class HandlerProcess {
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;
  private lines: string[] = [];
  private complaints = '';
  private settle: (outcome: { value?: unknown; error?: string }) => void = () => {};
  private readonly kill = () => this.child.kill('SIGKILL');

  constructor(
    private readonly name: keyof typeof ALLOWED_MS,
    environment: Record<string, string>,
  ) {
    const args = ['--input-type=module', '--eval', PROGRAM, join(HANDLERS, name, 'index.mjs')];
    this.child = spawn(process.execPath, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.ended = once(this.child, 'exit').then(() => this.settle({ error: `the process ended: ${this.complaints.slice(-500)}` }));
    process.once('exit', this.kill);
    this.child.stderr?.on('data', (text) => {
      this.complaints += String(text);
    });
    if (this.child.stdout) createInterface(this.child.stdout).on('line', (line) => this.take(line));
  }

  /** Runs the handler once. Never rejects: that the handler threw is an outcome. */
  async run(event: unknown, remainingMs = ALLOWED_MS[this.name]): Promise<HandlerRun> {
    this.lines = [];
    const outcome = new Promise<{ value?: unknown; error?: string }>((resolve) => {
      this.settle = resolve;
    });
    const at = performance.now();
    this.child.send({ event, owner: `run-${++runs}`, remainingMs });
    const patience = new AbortController();
    const late = pause(PATIENCE_MS, { error: `no answer within ${PATIENCE_MS / 1000} s` }, { signal: patience.signal });
    const settled = await Promise.race([outcome, late]);
    patience.abort();
    late.catch(() => {});
    return { ...settled, lines: this.lines, at, tookMs: performance.now() - at };
  }

  async stop(): Promise<void> {
    this.kill();
    await this.ended;
    process.removeListener('exit', this.kill);
  }

  private take(line: string): void {
    if (line.startsWith(MARK)) this.settle(JSON.parse(line.slice(MARK.length)) as { value?: unknown; error?: string });
    else if (line !== '') this.lines.push(line);
  }
}

/**
 * Runs a handler in a process that is gone afterwards.
 *
 * @returns what the handler returned
 */
export async function runHandler(
  name: keyof typeof ALLOWED_MS,
  event: unknown,
  environment: Record<string, string>,
): Promise<unknown> {
  const handler = new HandlerProcess(name, environment);
  const { value, error, lines } = await handler.run(event);
  await handler.stop();
  if (error !== undefined) throw new Error([`the ${name} function failed: ${error}`, ...lines].join('\n'));
  return value;
}
