/**
 * The watchdog of a slot: the very script that the instance would run, on this machine, beside the slot's proxy. Its verdicts are read
 * as keepalived reads them: whenever the file is written.
 *
 * Gotcha: it runs in real time, whatever the time scale is.
 */
import { execFileSync } from 'node:child_process';
import { type FSWatcher, readFileSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEALTH_PORT, LIVE_PATH } from '../../lib/private/contract';
import { UsageError } from '../usage-error';
import type { Child, Children } from './children';

const PYTHON = 'python3';

export interface WatchdogOptions {
  readonly slot: string;
  /** Address of the proxy that it judges. */
  readonly address: string;
  readonly script: string;
  /** It changed its mind. */
  readonly onVerdict: (well: boolean) => void;
}

/** Throws unless the machine can run a watchdog. */
export function requirePython(environment: NodeJS.ProcessEnv = process.env): void {
  try {
    execFileSync(PYTHON, ['--version'], { stdio: 'ignore', timeout: 5000, env: environment });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `the proxies' watchdog is a script for ${PYTHON}, got ${code ?? message}: install ${PYTHON} and have it on PATH`,
    );
  }
}

export class Watchdog {
  /** Sick until it has proved to be well. */
  well = false;
  private process?: Child;
  private watcher?: FSWatcher;

  constructor(
    private readonly children: Children,
    private readonly options: WatchdogOptions,
  ) {}

  /** Where it writes its verdict. */
  get file(): string {
    return join(this.children.directory, `slot-${this.options.slot}.health`);
  }

  start(): void {
    const { slot, address, script } = this.options;
    const path = join(this.children.directory, `watchdog-${slot}.py`);
    const { file } = this;
    writeFileSync(path, script);
    writeFileSync(file, '1');
    this.watcher = watch(file, () => this.read(file));
    const url = `http://${address}:${HEALTH_PORT}${LIVE_PATH}`;
    // It must not report to a systemd that may have started us.
    const environment = { HEALTH_URL: url, HEALTH_FILE: file, NOTIFY_SOCKET: undefined };
    this.process = this.children.start(PYTHON, ['-u', path], { environment });
    this.children.relyOn(this.process, `the watchdog of slot ${slot}`);
  }

  /** It dies with its host: nobody writes the file any more. */
  async kill(): Promise<void> {
    this.watcher?.close();
    this.well = false;
    await this.process?.kill();
  }

  /** Its process ends with the `Children`. */
  close(): void {
    this.watcher?.close();
  }

  private read(file: string): void {
    let verdict: string;
    try {
      verdict = readFileSync(file, 'utf8').trim();
    } catch {
      // The file goes with the rehearsal.
      return;
    }
    const well = verdict === '0';
    if (verdict === '' || well === this.well) return;
    this.well = well;
    this.options.onVerdict(well);
  }
}
