/**
 * An instance in namespaces of its own, without privileges: /etc, /opt, /run and the network are private, and the files of the user data
 * lie where they lie on an instance. What it lacks is played by `host_stand_in.py`; bash, HAProxy and every program of the fleet are real.
 * Everything ends with its first process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { findHaproxy } from '../../rehearsal/proxies/engine-binary';
import { writtenFiles } from '../../rehearsal/template/written-files';
import { until } from '../templates/loopback';
import { FakeImds } from './fake-imds';

const ADDRESS = '10.0.0.5';
const MAC = '02:00:00:00:00:01';

export interface Ran {
  readonly status: number;
  readonly output: string;
}

export class BootHost {
  /** Undefined where the machine cannot make one; then it has said what is lost. */
  static async start(userData: string, loss: string): Promise<BootHost | undefined> {
    const rig = mkdtempSync(join(tmpdir(), 'boot-host-'));
    const imds = await FakeImds.start(join(rig, 'imds'));
    const interfaceList = `network/interfaces/macs/${MAC}/local-ipv4s`;
    imds.facts.set('mac', MAC).set('instance-id', 'i-0123456789abcdef0').set(interfaceList, ADDRESS);
    const host = new BootHost(rig, imds);
    await until(
      async () => host.read('made') !== '' || host.process.exitCode !== null,
      (over) => over,
    );
    if (host.read('made') === '') {
      process.stdout.write(`skipped: no namespaces (${host.read('error').trim().split('\n').at(-1)}), so ${loss}\n`);
      await host.end();
      return undefined;
    }
    for (const { path, content, permissions } of writtenFiles(userData)) {
      const place = join(rig, 'files', path);
      mkdirSync(dirname(place), { recursive: true });
      writeFileSync(place, content);
      chmodSync(place, Number.parseInt(permissions ?? '0644', 8));
    }
    await host.run('cp -a "$RIG/files/." /');
    return host;
  }

  private readonly process: ChildProcess;
  private readonly kill = () => this.process.kill('SIGKILL');
  private commands = 0;

  private constructor(
    readonly rig: string,
    private readonly imds: FakeImds,
  ) {
    for (const file of ['console', 'calls', 'fail']) writeFileSync(join(rig, file), '');
    const program = `. ${join(__dirname, 'boot-host.sh')} 2>"$RIG/error" || exit 1; while read -r line; do eval "$line"; done`;
    this.process = spawn('unshare', ['-Urmnpf', '--mount-proc', '--kill-child', 'bash', '-c', program], {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: {
        PATH: process.env.PATH,
        RIG: rig,
        ADDRESS,
        HAPROXY: findHaproxy().path,
        STAND_IN: join(__dirname, 'host_stand_in.py'),
        PROGRAMS_FOLDER: join(__dirname, '..', '..', 'assets', 'host'),
      },
    });
    this.process.once('error', (error) => writeFileSync(join(rig, 'error'), error.message));
    process.once('exit', this.kill);
  }

  /** Runs a line of shell on the host. */
  async run(command: string, withinMs = 30_000): Promise<Ran> {
    const [out, status] = [`out-${++this.commands}`, `status-${this.commands}`];
    this.process.stdin?.write(`( ${command} ) >"$RIG/${out}" 2>&1 </dev/null; echo $? >"$RIG/${status}"\n`);
    const said = await until(
      async () => this.read(status),
      (text) => text.endsWith('\n'),
      withinMs,
    );
    return { status: said === '' ? Number.NaN : Number(said), output: this.read(out) };
  }

  /** Runs the boot script, as cloud-init does, and tells what was called meanwhile. */
  async boot(): Promise<Ran & { calls: string[]; console: string }> {
    for (const file of ['console', 'calls']) writeFileSync(join(this.rig, file), '');
    const ran = await this.run('/opt/proxy-fleet/boot.sh');
    return { ...ran, calls: this.calls(), console: this.read('console') };
  }

  /** What was called of all that is played, in its order. */
  calls(): string[] {
    return this.read('calls').split('\n').filter(Boolean);
  }

  /** Lets calls fail that match. */
  fail(pattern: string): void {
    writeFileSync(join(this.rig, 'fail'), pattern);
  }

  /** Status of an answer on the host, 000 for none. */
  async ask(url: string): Promise<string> {
    return (await this.run(`curl -s -m 1 -o /dev/null -w '%{http_code}' ${url}`)).output;
  }

  /** What a unit and its stand-in for systemd have said. */
  log(unit: string): string {
    return this.read(`${unit}.log`);
  }

  async end(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const exit = once(this.process, 'exit');
      this.kill();
      await exit;
    }
    process.removeListener('exit', this.kill);
    await this.imds.stop();
    rmSync(this.rig, { recursive: true, force: true });
  }

  private read(file: string): string {
    const path = join(this.rig, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }
}
