/**
 * One real proxy in place of a slot's instance, HAProxy or nginx, whichever the configuration is for.
 *
 * Gotcha: nginx is a master and its workers, which live on when only the master is killed or paused: whatever breaks it breaks its whole
 * process group. What it is asked for goes to the master alone.
 */
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  DRAIN_STATE_MAP_PATH,
  DRAINING_FILE_PATH,
  HAPROXY_SOCKET_PATH,
  HEALTH_PORT,
  LEAVING_FILE_PATH,
  READY_PATH,
} from '../../lib/private/contract';
import { UsageError } from '../usage-error';
import type { Child, Children } from './children';
import type { EngineBinary } from './engine-binary';

/** How long a proxy and its targets' checks may take to become ready, in milliseconds of wall-clock time. */
const READY_WITHIN_MS = 15_000;

/** nginx says nothing when its new workers are there; what comes before goes to the old ones, which still answer. */
const RELOADED_AFTER_MS = 200;

/** What differs from engine to engine. */
interface Manner {
  /** In the foreground, with the configuration file behind. */
  readonly startOptions: readonly string[];
  /** Whether it is a master and its workers, which a signal of the master's makes anew. */
  readonly group: boolean;
  readonly softStop: NodeJS.Signals;
  /** Whether its ready path looks at files; the other one is told. */
  readonly looksAtFiles: boolean;
}

const MANNERS: Readonly<Record<EngineBinary['engine'], Manner>> = {
  HAProxy: { startOptions: ['-db', '-f'], group: false, softStop: 'SIGUSR1', looksAtFiles: false },
  nginx: { startOptions: ['-e', 'stderr', '-c'], group: true, softStop: 'SIGQUIT', looksAtFiles: true },
};

export interface EngineProcessOptions {
  readonly engine: EngineBinary;
  readonly slot: string;
  /** Address on which the health port is asked. */
  readonly address: string;
  /** Writes the configuration of a proxy whose own folder this is. */
  readonly configure: (directory: string) => string;
  /** What else must lie in that folder: contents by name. */
  readonly files?: ReadonlyMap<string, string>;
}

export class EngineProcess {
  private process?: Child;

  constructor(
    private readonly children: Children,
    private readonly options: EngineProcessOptions,
  ) {}

  /** Starts it and waits until its ready path answers 200, which takes its targets, too. */
  async start(): Promise<void> {
    const { configure, files = new Map() } = this.options;
    mkdirSync(this.directory, { recursive: true });
    writeFileSync(join(this.directory, basename(DRAIN_STATE_MAP_PATH)), 'state serving\n');
    this.markState('serving');
    for (const [name, content] of files) writeFileSync(join(this.directory, name), content, { mode: 0o600 });
    writeFileSync(this.file, configure(this.directory));
    await this.run([]);
  }

  /**
   * New processes take the sockets over, and the old ones end when they have served what they have: what a reload does on an instance.
   * HAProxy runs here without its master, so the next one is told of the one before.
   */
  async reload(): Promise<void> {
    const { process: old } = this;
    if (!old) throw new Error('a proxy that was not started cannot be reloaded');
    if (this.manner.group) return this.reloadMaster(old);
    old.told = true;
    await this.run(['-x', join(this.directory, basename(HAPROXY_SOCKET_PATH)), '-sf', String(old.pid)]);
  }

  /** The proxy's own folder. */
  private get directory(): string {
    return join(this.children.directory, `slot-${this.options.slot}`);
  }

  /** Where the number of its process, or the negative one of its group, stands: what `kill` is told. */
  get pidFile(): string {
    return join(this.directory, 'pid');
  }

  /** From now on it may end, and this resolves when it has. */
  async expectEnd(): Promise<void> {
    if (!this.process) return;
    this.process.told = true;
    await this.process.ended;
  }

  private get file(): string {
    return join(this.directory, 'proxy.cfg');
  }

  private get manner(): Manner {
    return MANNERS[this.options.engine.engine];
  }

  /** Its workers come anew; the master is still the process that the rehearsal relies on. */
  private async reloadMaster(master: Child): Promise<void> {
    master.signal('SIGHUP');
    await pause(RELOADED_AFTER_MS);
    await this.ready(master);
  }

  private async run(options: string[]): Promise<void> {
    const { startOptions, group } = this.manner;
    const process = this.children.start(this.options.engine.path, [...startOptions, this.file, ...options], { group });
    this.process = process;
    writeFileSync(this.pidFile, String(process.everyone));
    await this.ready(process);
    this.children.relyOn(process, `the proxy of slot ${this.options.slot}`);
  }

  private async ready(process: Child): Promise<void> {
    const { slot, address, engine } = this.options;
    let ended: string | undefined;
    void process.ended.then((reason) => {
      ended = reason;
    });
    const deadline = performance.now() + READY_WITHIN_MS;
    while (!(await answers(address))) {
      if (ended !== undefined) break;
      if (performance.now() > deadline)
        throw new UsageError(
          `${engine.engine} of slot ${slot} was not ready within ${READY_WITHIN_MS / 1000} s: free the machine and try again`,
        );
      await pause(50);
    }
    // Also after an answer: somebody else may have the port.
    await pause(50);
    if (ended !== undefined) throw new UsageError(startFailure(engine.engine, slot, ended));
  }

  /** What its ready path answers by: 'leaving' for whoever places virtual IPs, 'draining' for everybody. Traffic is served on. */
  async setState(state: 'serving' | 'leaving' | 'draining'): Promise<void> {
    this.markState(state);
    if (this.manner.looksAtFiles) return;
    const map = join(this.directory, basename(DRAIN_STATE_MAP_PATH));
    writeFileSync(map, `state ${state}\n`);
    const socket = connect(join(this.directory, basename(HAPROXY_SOCKET_PATH)));
    socket.end(`set map ${map} state ${state}\n`);
    await once(socket.resume(), 'close');
  }

  /** The files of engines that look at files. */
  private markState(state: 'serving' | 'leaving' | 'draining'): void {
    for (const name of [LEAVING_FILE_PATH, DRAINING_FILE_PATH].map((path) => basename(path))) {
      const path = join(this.directory, name);
      if (name === state) writeFileSync(path, '');
      else rmSync(path, { force: true });
    }
  }

  /** It takes no new connections, serves those that it has to their end, and ends. */
  async stopSoftly(): Promise<void> {
    const ended = this.expectEnd();
    this.process?.signal(this.manner.softStop);
    await ended;
  }

  /** The hang: SIGSTOP, so that the kernel still accepts connections and nobody answers. */
  pause(): void {
    this.process?.pause();
  }

  /** The end of a hang. */
  resume(): void {
    this.process?.resume();
  }

  /** The crash: SIGKILL, so that the kernel refuses the next connection. */
  async kill(): Promise<void> {
    await this.process?.kill();
  }
}

function startFailure(engine: string, slot: string, reason: string): string {
  const line = reason.split('\n').find((each) => /ALERT|\[emerg\]/.test(each)) ?? reason;
  const advice = /already in use|cannot bind/i.test(reason)
    ? 'another rehearsal or server has the port, stop it and try again'
    : 'see the message';
  return `${engine} of slot ${slot} did not start: ${line.replace(/^\[ALERT\]\s*\(\d+\)\s*:\s*/, '')}: ${advice}`;
}

function answers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request({ host: address, port: HEALTH_PORT, path: READY_PATH, timeout: 1000, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(false));
    call.end();
  });
}
