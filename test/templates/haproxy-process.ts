/** One HAProxy that runs the configuration of a slot on loopback addresses of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { HEALTH_PORT } from '../../lib/private/contract';
import { adaptConfiguration, localPort, type Place } from '../../rehearsal/proxies/adapt-configuration';
import { findHaproxy } from '../../rehearsal/proxies/haproxy-binary';
import { type Answer, ask, until } from './loopback';

/** One of eight addresses that hardly any other run of the tests uses at the same time. */
export function loopbackAddress(index: number): string {
  return `127.10.77.${1 + (process.pid % 31) * 8 + index}`;
}

export interface HaproxyProcessOptions {
  readonly address: string;
  /** As the user data writes it. */
  readonly configuration: string;
  /** Where the configuration file is put. */
  readonly file: string;
  readonly targets?: ReadonlyMap<string, Place>;
  readonly resolver?: Place;
}

export class HaproxyProcess {
  /** Starts it and waits until its live path answers. */
  static async start(options: HaproxyProcessOptions): Promise<HaproxyProcess> {
    const { address, configuration, file, targets = new Map(), resolver = { address: '127.0.0.1', port: 9 } } = options;
    writeFileSync(file, adaptConfiguration(configuration, [address], targets, resolver).text);
    const child = spawn(findHaproxy().path, ['-db', '-f', file], { stdio: ['ignore', 'pipe', 'pipe'] });
    const proxy = new HaproxyProcess(child, address);
    const { status } = await until(
      () => proxy.health('/livez'),
      (answer) => answer.status !== 0 || child.exitCode !== null,
    );
    if (status === 0) {
      await proxy.stop();
      throw new Error(`HAProxy did not start: ${proxy.said}`);
    }
    return proxy;
  }

  private said = '';
  private readonly ended: Promise<unknown>;
  private readonly kill: () => void;

  private constructor(
    child: ChildProcess,
    private readonly address: string,
  ) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.said = (this.said + text).slice(-2000);
      });
    }
    this.kill = () => child.kill('SIGKILL');
    this.ended = once(child, 'exit');
    process.once('exit', this.kill);
  }

  /** Asks for a path on the health port. */
  health(path: string): Promise<Answer> {
    return ask(this.address, HEALTH_PORT, path);
  }

  /** Port on which a listener answers here. */
  port(listener: number): number {
    return localPort(listener);
  }

  async stop(): Promise<void> {
    this.kill();
    await this.ended;
    process.removeListener('exit', this.kill);
  }
}
