/** One proxy whose drain runs as on an instance: a real HAProxy, a metadata service on loopback, and stand-ins for systemd and AWS. */
import { execFileSync } from 'node:child_process';
import { chmodSync, closeSync, constants, existsSync, mkdirSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { renderHaproxyConfig } from '../../lib/engine/haproxy-config';
import { ConnectionReuse } from '../../lib/engine/haproxy-options';
import { IpAddressType } from '../../lib/fleet/ip-address-type';
import { renderDrainFile } from '../../lib/host/drain-file';
import { PROGRAMS } from '../../lib/host/programs';
import {
  DRAIN_ENVIRONMENT_PATH,
  DRAIN_PATH,
  ENGINE_DIRECTORY,
  HOLDER_QUERY,
  LIVE_PATH,
  READY_PATH,
  SLOT_ENVIRONMENT_PATH,
  VRRP_FIFO_PATH,
} from '../../lib/private/contract';
import type { Place } from '../../rehearsal/proxies/surroundings';
import { HaproxyProcess } from '../templates/haproxy-process';
import { Child } from './child';
import { FakeImds } from './fake-imds';
import { fleetOf, HostFiles } from './host-files';

/** A configuration with one HTTP listener on port 80 and one target. */
export function httpProxy(target: string): string {
  const group = {
    name: 'app',
    conditions: [],
    sources: [{ targets: { kind: 'addresses' as const, addresses: [target] }, weight: 1 }],
    port: 8080,
    http: true,
    crossZone: true,
    check: { interval: '200ms', rise: 1, fall: 2 },
    rawDirectives: [],
  };
  const listener = {
    port: 80,
    protocol: 'http' as const,
    certificates: [],
    acceptProxyProtocol: false,
    timeouts: { connect: '5s', idle: '60s', tunnel: '1h' },
    rawDirectives: [],
    groups: [group],
  };
  // What nobody uses any more holds the end up no longer than that.
  const defaults = ['timeout http-keep-alive 3s'];
  return renderHaproxyConfig([listener], IpAddressType.IPV4, { global: [], defaults }, ConnectionReuse.SAFE);
}

const PRIMARY = '10.0.1.10';
const MAC = '02:00:00:00:00:01';
const ASSOCIATIONS = `network/interfaces/macs/${MAC}/ipv4-associations/`;

/** The interpreter itself: what some put in its place on PATH runs it with a PATH of its own. */
const PYTHON = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).trim();

const SYSTEMCTL = `#!/bin/sh
echo "systemctl $*" >>"$FAKE/calls"
case "$1" in
  is-active) cat "$FAKE/unit"; grep -qx active "$FAKE/unit" ;;
  is-system-running) cat "$FAKE/system" ;;
  stop) kill -USR1 "$(cat "$FAKE/pid")"; while kill -0 "$(cat "$FAKE/pid")" 2>/dev/null; do sleep 0.05; done; echo inactive >"$FAKE/unit" ;;
  start) echo active >"$FAKE/unit" ;;
esac
`;

const AWS = `#!/bin/sh
echo "aws $*" >>"$FAKE/calls"
if [ -e "$FAKE/aws-fails" ]; then echo denied >&2; exit 254; fi
case "$2" in describe-stack-resource) echo Demo-Group ;; esac
`;

export interface RigOptions {
  readonly directory: string;
  /** Loopback address of the proxy. */
  readonly address: string;
  readonly target: Place;
  /** Changes to what the drain is told. */
  readonly settings?: Record<string, string>;
}

export class DrainRig {
  static async start({ directory, address, target, settings = {} }: RigOptions): Promise<DrainRig> {
    mkdirSync(directory, { recursive: true });
    const imds = await FakeImds.start();
    const proxy = await HaproxyProcess.start({
      address,
      configuration: httpProxy('10.0.0.5'),
      file: join(directory, 'haproxy.cfg'),
      targets: new Map([['10.0.0.5:8080', target]]),
    });
    const rig = new DrainRig(directory, imds, proxy);
    rig.configure(settings);
    return rig;
  }

  readonly files: HostFiles;
  /** The end of the FIFO of hints that is the sender's. */
  private readonly fifo: number;
  private readonly children: Child[] = [];

  private constructor(
    private readonly directory: string,
    readonly imds: FakeImds,
    readonly proxy: HaproxyProcess,
  ) {
    this.files = new HostFiles(join(directory, 'host'), fleetOf(['127.0.0.1', '127.0.0.2'], '2'));
    this.files.write(DRAIN_PATH, (PROGRAMS[DRAIN_PATH] ?? '').replaceAll(ENGINE_DIRECTORY, join(directory, 'haproxy.cfg.d')));
    this.files.write(SLOT_ENVIRONMENT_PATH, "STACK='Demo'\nREGION='eu-central-1'\nRESOURCE='EdgeSlots2Group'\n");
    execFileSync('mkfifo', [this.files.place(VRRP_FIFO_PATH)]);
    this.fifo = openSync(this.files.place(VRRP_FIFO_PATH), constants.O_RDONLY | constants.O_NONBLOCK);
    for (const [name, text] of Object.entries({ systemctl: SYSTEMCTL, aws: AWS })) {
      writeFileSync(join(directory, name), text);
      chmodSync(join(directory, name), 0o755);
    }
    this.put('unit', 'active\n');
    this.put('system', 'running\n');
    this.put('pid', `${proxy.pid}\n`);
    this.put('calls', '');
    imds.facts.set('mac', MAC).set('local-ipv4', PRIMARY).set('instance-id', 'i-0123');
    imds.facts.set('autoscaling/target-lifecycle-state', 'InService');
    this.virtualIps();
  }

  /** Writes what the drain is told, with short times. */
  configure(settings: Record<string, string>): void {
    const { content } = renderDrainFile('2', { ownSeconds: 2, withVirtualIpsSeconds: 3 });
    const changed = Object.entries(settings).map(([name, value]) => `${name}='${value}'\n`);
    this.files.write(DRAIN_ENVIRONMENT_PATH, content + changed.join(''));
  }

  /** Puts these virtual IPs, and the slot's own address, on the interface. */
  virtualIps(...addresses: string[]): void {
    for (const fact of this.imds.facts.keys()) if (fact.startsWith(ASSOCIATIONS)) this.imds.facts.delete(fact);
    this.imds.facts.set(ASSOCIATIONS, ['203.0.113.1', ...addresses].join('\n'));
    this.imds.facts.set(`${ASSOCIATIONS}203.0.113.1`, PRIMARY);
    for (const [index, address] of addresses.entries()) this.imds.facts.set(ASSOCIATIONS + address, `10.0.1.${11 + index}`);
  }

  /** Runs the script. */
  drain(...options: string[]): Child {
    const child = new Child([PYTHON, '-u', this.files.place(DRAIN_PATH), ...options], {
      AWS_EC2_METADATA_SERVICE_ENDPOINT: this.imds.url,
      PATH: `${this.directory}${delimiter}${process.env.PATH}`,
      FAKE: this.directory,
    });
    this.children.push(child);
    return child;
  }

  /** A file of the stand-ins. */
  put(name: string, text: string): void {
    writeFileSync(join(this.directory, name), text);
  }

  /** What systemd and AWS were asked that changes something. */
  get calls(): string[] {
    const lines = readFileSync(join(this.directory, 'calls'), 'utf8').trim().split('\n');
    return lines.filter((line) => !/^$|is-active|is-system-running/.test(line));
  }

  get state(): string {
    return (
      readFileSync(join(this.directory, 'haproxy.cfg.d', 'state.map'), 'utf8')
        .trim()
        .split(' ')[1] ?? ''
    );
  }

  /** The files for engines that look at files. */
  get marks(): string[] {
    return ['leaving', 'draining'].filter((name) => existsSync(join(this.directory, 'haproxy.cfg.d', name)));
  }

  /** Hints since the last look. */
  hints(): string[] {
    const buffer = Buffer.alloc(65_536);
    try {
      return buffer.toString('utf8', 0, readSync(this.fifo, buffer)).trim().split('\n').filter(Boolean);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return [];
      throw error;
    }
  }

  /** Status of the live path, of the ready path, and of the same for whoever places virtual IPs. */
  async health(): Promise<number[]> {
    const paths = [LIVE_PATH, READY_PATH, `${READY_PATH}?${HOLDER_QUERY}`];
    return Promise.all(paths.map(async (path) => (await this.proxy.health(path)).status));
  }

  closeFifo(): void {
    closeSync(this.fifo);
  }

  async stop(): Promise<void> {
    await Promise.all(this.children.map((child) => child.end()));
    await this.proxy.stop();
    await this.imds.stop();
  }
}
