/** One HAProxy that runs the configuration of a slot on loopback addresses of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DRAIN_STATE_MAP_PATH, HEALTH_PORT } from '../../lib/private/contract';
import { adaptConfiguration } from '../../rehearsal/proxies/adapt-configuration';
import { findHaproxy } from '../../rehearsal/proxies/engine-binary';
import { localPort, type Place, type Surroundings } from '../../rehearsal/proxies/surroundings';
import { type Answer, ask, until } from './loopback';

/** One of eight addresses that hardly any other run of the tests uses at the same time. */
export function loopbackAddress(index: number): string {
  return `127.10.77.${1 + (process.pid % 31) * 8 + index}`;
}

/** The configuration with a folder of this machine, which is made, for what it reads and opens. */
export function localConfiguration(
  configuration: string,
  directory: string,
  { addresses, targets = new Map(), resolver = NOBODY }: Partial<Surroundings> & Pick<Surroundings, 'addresses'>,
): string {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, basename(DRAIN_STATE_MAP_PATH)), 'state serving\n');
  return adaptConfiguration(configuration, { addresses, targets, resolver, directory }).text;
}

const NOBODY = { address: '127.0.0.1', port: 9 };

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
    const { address, configuration, file, targets, resolver } = options;
    writeFileSync(file, localConfiguration(configuration, `${file}.d`, { addresses: [address], targets, resolver }));
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

  readonly pid: number;
  private said = '';
  private readonly ended: Promise<unknown>;
  private readonly kill: () => void;

  private constructor(
    child: ChildProcess,
    private readonly address: string,
  ) {
    this.pid = child.pid ?? 0;
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
