/** A process of a test: what it prints, line by line with the time, and its certain end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

export interface Line {
  readonly text: string;
  /** Milliseconds of the wall clock. */
  readonly at: number;
}

export class Child {
  private static readonly running = new Set<Child>();

  static {
    process.once('exit', () => {
      for (const child of Child.running) child.process.kill('SIGKILL');
    });
  }

  /** Ends what a test left running. */
  static async endAll(): Promise<void> {
    await Promise.all([...Child.running].map((child) => child.end()));
  }

  readonly lines: Line[] = [];
  private readonly process: ChildProcess;
  private readonly exited: Promise<unknown>;

  constructor(command: string[], env: Record<string, string> = {}) {
    const [program = '', ...args] = command;
    this.process = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      let rest = '';
      stream?.setEncoding('utf8').on('data', (text: string) => {
        const parts = (rest + text).split('\n');
        rest = parts.pop() ?? '';
        this.lines.push(...parts.map((part) => ({ text: part, at: Date.now() })));
      });
    }
    this.exited = once(this.process, 'close');
    Child.running.add(this);
  }

  get pid(): number {
    return this.process.pid ?? 0;
  }

  /** The first line from `since` on that matches; an error with all that was said when none comes. */
  async line(pattern: RegExp, since = 0, withinMs = 8000): Promise<Line> {
    const deadline = Date.now() + withinMs;
    for (;;) {
      const found = this.lines.slice(since).find(({ text }) => pattern.test(text));
      if (found) return found;
      if (Date.now() > deadline)
        throw new Error(`no line like ${pattern} in ${withinMs} ms, got:\n${this.lines.map(({ text }) => text).join('\n')}`);
      await pause(5);
    }
  }

  /** Waits for its own end. */
  async over(): Promise<void> {
    await this.exited;
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  async end(): Promise<void> {
    this.process.kill('SIGCONT');
    this.process.kill('SIGTERM');
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 2000);
    await this.exited;
    clearTimeout(timer);
    Child.running.delete(this);
  }
}
