/**
 * The child processes of a rehearsal.
 *
 * Every child ends with the rehearsal: on `stop()`, and, because a killed parent cannot clean up, by itself when its input ends, or
 * through the reaper, a child that waits for that and kills whoever is left. Only processes that were started here are ever signalled.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../usage-error';

/** How long a child may take to end before it is killed, in milliseconds. */
const GRACE_MS = 1000;

/** What `proxy-fleet` must be called with to become one of its own children. */
export interface Reentry {
  readonly script: string;
}

export interface StartOptions {
  readonly onLine?: (line: string) => void;
  /** Added to our own, or, where undefined, taken from it. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** It has children of its own, with which it makes a process group. */
  readonly group?: boolean;
}

export class Children {
  /** A folder for their files, which goes with them. */
  readonly directory = mkdtempSync(join(tmpdir(), 'proxy-fleet-'));
  /** Rejects when a child that was relied on has ended by itself. */
  readonly trouble: Promise<never>;
  private readonly running = new Set<Child>();
  private readonly reaper: ChildProcess;
  private stopped = false;
  private complain: (error: Error) => void = () => undefined;

  constructor(private readonly reentry: Reentry) {
    this.reaper = spawn(process.execPath, [reentry.script, 'child-reaper', this.directory], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.reaper.stdin?.on('error', () => undefined);
    this.reaper.unref();
    this.trouble = new Promise((_, reject) => {
      this.complain = reject;
    });
    // Whoever waits for it hears of it.
    this.trouble.catch(() => undefined);
  }

  /** From now on the child is relied on: should it end before it is told to, the rehearsal is over. */
  relyOn(child: Child, name: string): void {
    void child.ended.then((reason) => {
      if (!child.told)
        this.complain(new UsageError(`${name} ended by itself (${reason}): nothing can be measured without it, try again`));
    });
  }

  /** Starts a program. Its error output is kept for the message of `ended`. */
  start(command: string, args: string[], options: StartOptions = {}): Child {
    if (this.stopped) throw new Error('the rehearsal is over');
    // The input stays open for as long as we live: children of our own making end with it.
    const { environment, group = false } = options;
    const child = spawn(command, args, { stdio: 'pipe', env: { ...process.env, ...environment }, detached: group });
    child.stdin.on('error', () => undefined);
    const started = new Child(child, group, options.onLine);
    this.running.add(started);
    if (child.pid !== undefined) this.reaper.stdin?.write(`+${started.everyone}\n`);
    child.once('exit', () => {
      this.running.delete(started);
      // Of a group somebody may be left whom nobody told.
      if (group) started.signalAll('SIGKILL');
      this.reaper.stdin?.write(`-${started.everyone}\n`);
    });
    return started;
  }

  /** Starts this program again as a child of the named kind, which gets its options as JSON. */
  reenter(kind: string, options: object, onLine?: (line: string) => void): Child {
    return this.start(process.execPath, [this.reentry.script, kind, JSON.stringify(options)], { onLine });
  }

  /** Ends every child, the stubborn and the paused ones by force. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.complain = () => undefined;
    await Promise.all([...this.running].map((child) => child.end()));
    rmSync(this.directory, { recursive: true, force: true });
    this.reaper.stdin?.end();
  }
}

/** One child process. */
export class Child {
  /** Resolves with the reason when the process has ended. */
  readonly ended: Promise<string>;
  /** True once it was told to end. */
  told = false;

  constructor(
    private readonly child: ChildProcess,
    private readonly group: boolean,
    onLine?: (line: string) => void,
  ) {
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-2000);
    });
    let rest = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      if (onLine) lines.forEach(onLine);
    });
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) => resolve(`${signal ?? `status ${code}`}${errors ? `: ${errors.trim()}` : ''}`));
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Its number, or the negative one of its group. */
  get everyone(): number {
    return (this.child.pid ?? 0) * (this.group ? -1 : 1);
  }

  /** SIGSTOP: it keeps its sockets, and does nothing any more. */
  pause(): void {
    this.signalAll('SIGSTOP');
  }

  /** SIGCONT: it goes on where it was. */
  resume(): void {
    this.signalAll('SIGCONT');
  }

  /** Reaches the whole group, and nobody when it is gone. */
  signalAll(signal: NodeJS.Signals): void {
    if (!this.group || this.child.pid === undefined) {
      this.child.kill(signal);
      return;
    }
    try {
      process.kill(this.everyone, signal);
    } catch {
      // It has ended by itself meanwhile.
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** SIGKILL, and waits until it is gone. Ends a paused one, too. */
  async kill(): Promise<void> {
    this.told = true;
    this.signalAll('SIGKILL');
    await this.ended;
  }

  /** Asks it to end, and after a while does not ask. */
  async end(): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    // A paused one must wake up to hear of it.
    this.signalAll('SIGCONT');
    const timer = setTimeout(() => this.signalAll('SIGKILL'), GRACE_MS);
    await gone;
    clearTimeout(timer);
  }
}

/**
 * The reaper's whole life: it learns who runs ('+pid', negative for a group) and who has ended ('-pid'), and when its input ends it clears
 * away the rest.
 */
export function runReaper(input: NodeJS.ReadableStream, directory: string): void {
  const alive = new Set<number>();
  let rest = '';
  process.on('SIGINT', () => undefined);
  input.setEncoding('utf8');
  input.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('+')) alive.add(Number(line.slice(1)));
      else alive.delete(Number(line.slice(1)));
    }
  });
  input.on('end', () => {
    for (const pid of alive) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself meanwhile.
      }
    }
    rmSync(directory, { recursive: true, force: true });
  });
}
