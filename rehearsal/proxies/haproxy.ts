/** One real HAProxy in place of a slot's instance. */
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { basename, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DRAIN_STATE_MAP_PATH, HAPROXY_SOCKET_PATH, HEALTH_PORT, READY_PATH } from '../../lib/private/contract';
import { UsageError } from '../usage-error';
import type { Child, Children } from './children';

/** How long a proxy and its targets' checks may take to become ready, in milliseconds of wall-clock time. */
const READY_WITHIN_MS = 15_000;

export interface HaproxyOptions {
  readonly binary: string;
  readonly slot: string;
  /** Address on which the health port is asked. */
  readonly address: string;
  /** Writes the configuration of a proxy whose own folder this is. */
  readonly configure: (directory: string) => string;
}

export class Haproxy {
  private process?: Child;

  constructor(
    private readonly children: Children,
    private readonly options: HaproxyOptions,
  ) {}

  /** Starts it and waits until its ready path answers 200, which takes its targets, too. */
  async start(): Promise<void> {
    const { configure } = this.options;
    mkdirSync(this.directory, { recursive: true });
    writeFileSync(join(this.directory, basename(DRAIN_STATE_MAP_PATH)), 'state serving\n');
    writeFileSync(this.file, configure(this.directory));
    await this.run([]);
  }

  /** A new process takes the sockets over, and the old one ends when it has served what it has: what a reload does on an instance. */
  async reload(): Promise<void> {
    const { process: old } = this;
    if (!old) throw new Error('a proxy that was not started cannot be reloaded');
    old.told = true;
    await this.run(['-x', join(this.directory, basename(HAPROXY_SOCKET_PATH)), '-sf', String(old.pid)]);
  }

  /** The proxy's own folder. */
  private get directory(): string {
    return join(this.children.directory, `slot-${this.options.slot}`);
  }

  /** Where the number of its process stands. */
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
    return join(this.directory, 'haproxy.cfg');
  }

  private async run(options: string[]): Promise<void> {
    const { binary, slot, address } = this.options;
    const process = this.children.start(binary, ['-db', '-f', this.file, ...options]);
    this.process = process;
    writeFileSync(this.pidFile, String(process.pid));
    let ended: string | undefined;
    void process.ended.then((reason) => {
      ended = reason;
    });
    const deadline = performance.now() + READY_WITHIN_MS;
    while (!(await answers(address))) {
      if (ended !== undefined) break;
      if (performance.now() > deadline)
        throw new UsageError(
          `HAProxy of slot ${slot} was not ready within ${READY_WITHIN_MS / 1000} s: free the machine and try again`,
        );
      await pause(50);
    }
    // Also after an answer: somebody else may have the port.
    await pause(50);
    if (ended !== undefined) throw new UsageError(startFailure(slot, ended));
    this.children.relyOn(process, `the proxy of slot ${slot}`);
  }

  /** What its ready path answers by: 'leaving' for whoever places virtual IPs, 'draining' for everybody. Traffic is served on. */
  async setState(state: 'serving' | 'leaving' | 'draining'): Promise<void> {
    const map = join(this.directory, basename(DRAIN_STATE_MAP_PATH));
    writeFileSync(map, `state ${state}\n`);
    const socket = connect(join(this.directory, basename(HAPROXY_SOCKET_PATH)));
    socket.end(`set map ${map} state ${state}\n`);
    await once(socket.resume(), 'close');
  }

  /** It takes no new connections, serves those that it has to their end, and ends. */
  async stopSoftly(): Promise<void> {
    const ended = this.expectEnd();
    this.process?.signal('SIGUSR1');
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

function startFailure(slot: string, reason: string): string {
  const line = reason.split('\n').find((each) => /ALERT/.test(each)) ?? reason;
  const advice = /already in use|cannot bind/i.test(reason)
    ? 'another rehearsal or server has the port, stop it and try again'
    : 'see the message';
  return `HAProxy of slot ${slot} did not start: ${line.replace(/^\[ALERT\]\s*\(\d+\)\s*:\s*/, '')}: ${advice}`;
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
