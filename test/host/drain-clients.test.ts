/**
 * A drain under real clients, which lose no request. Each knows two proxies by what a stand-in for Route 53 says, looks at it anew when
 * its cache has forgotten it, and takes one address at a time: nothing that a client repeats on another address hides a loss.
 *
 * Gotcha: a client that keeps a connection goes on with it whatever DNS says, until the proxy closes it.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { HEALTH_PORT, READY_PATH } from '../../lib/private/contract';
import { optional } from '../templates/checkers';
import { HaproxyProcess, loopbackAddress } from '../templates/haproxy-process';
import { ask, close, serve, until } from '../templates/loopback';
import { Child } from './child';
import { DrainRig, httpProxy } from './drain-rig';

const RUNS = process.env.REAL_TIME === '1' ? 5 : 1;
const CLIENTS = join(__dirname, 'clients');

/** Route 53 in short: asked so often, changed after so many looks, and remembered by the slowest client, the JVM, for a second. */
const LOOK_MS = 150;
const THRESHOLD = 3;
const SERVE_SECONDS = 3;

const directory = mkdtempSync(join(tmpdir(), 'drain-clients-'));
const proxies = [loopbackAddress(3), loopbackAddress(4)];
const target = { address: loopbackAddress(5), port: 18_732 };
const answers = join(directory, 'answers');
const hosts = join(directory, 'hosts');

let server: Server;
let stayer: HaproxyProcess;
let commands: Record<string, string[]>;

/** Makes these the answers of DNS. */
function publish(addresses: string[]): void {
  const texts = { [answers]: addresses, [hosts]: addresses.map((address) => `${address} fleet.test`) };
  for (const [file, lines] of Object.entries(texts)) {
    writeFileSync(`${file}.new`, `${lines.join('\n')}\n`);
    renameSync(`${file}.new`, file);
  }
}

/** Publishes what is healthy, as Route 53 would, until it is stopped. */
class NameServer {
  private stopped = false;
  private readonly failures = new Map<string, number>();
  private readonly done = this.run();

  private async run(): Promise<void> {
    while (!this.stopped) {
      for (const address of proxies) {
        const { status } = await ask(address, HEALTH_PORT, READY_PATH);
        this.failures.set(address, status === 200 ? 0 : (this.failures.get(address) ?? 0) + 1);
      }
      publish(proxies.filter((address) => (this.failures.get(address) ?? 0) < THRESHOLD));
      await pause(LOOK_MS);
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.done;
  }
}

function findClients(): Record<string, string[]> {
  const script = (name: string) => join(CLIENTS, name);
  const python = ['python3', '-u', script('client.py')];
  const node = [process.execPath, script('client.mjs')];
  const curl = optional('curl', 'no drain is tried with curl');
  const go = optional('go', 'no drain is tried with Go');
  const java = optional('java', 'no drain is tried with Java');
  const program = join(directory, 'client');
  if (go) execFileSync(go, ['build', '-o', program, script('client.go')], { env: { ...process.env, GOFLAGS: '-mod=mod' } });
  return {
    'Python, new connections': [...python, 'new'],
    'Python, kept connection': [...python, 'kept'],
    'Node, new connections': [...node, 'new'],
    'Node, kept connection': [...node, 'kept'],
    ...(curl && { curl: [script('client.sh'), 'new'] }),
    ...(go && { 'Go, new connections': [program, 'new'], 'Go, kept connection': [program, 'kept'] }),
    ...(java && { 'Java, kept connection': [java, `-Djdk.net.hosts.file=${hosts}`, script('Client.java'), 'kept'] }),
  };
}

beforeAll(async () => {
  commands = findClients();
  server = await serve(target.address, target.port, () => 'hello');
  stayer = await HaproxyProcess.start({
    address: proxies[0] as string,
    configuration: httpProxy('10.0.0.5'),
    file: join(directory, 'stayer.cfg'),
    targets: new Map([['10.0.0.5:8080', target]]),
  });
}, 60_000);

afterAll(async () => {
  await Child.endAll();
  await stayer?.stop();
  if (server) await close(server);
  rmSync(directory, { recursive: true, force: true });
});

test.each(Array.from({ length: RUNS }, (_, index) => index + 1))(
  'run %d: no client loses a request while one of two proxies is drained and stops',
  async (run) => {
    const end = join(directory, `end-${run}`);
    const settings = { SERVE_SECONDS: String(SERVE_SECONDS) };
    const rig = await DrainRig.start({
      directory: join(directory, String(run)),
      address: proxies[1] as string,
      target,
      settings,
    });
    await until(
      () => rig.health(),
      (health) => health.every((status) => status === 200),
    );
    // So that every connection that is kept leads to the proxy that goes.
    publish([proxies[1] as string]);
    const clients = Object.entries(commands).map(([name, command]) => ({
      name,
      child: new Child([...command, String(rig.proxy.port(80)), answers, end]),
    }));
    await pause(2500);
    const names = new NameServer();
    await pause(1500);

    const drain = rig.drain();
    await drain.line(/the proxy is stopped after/, 0, 75_000);
    await pause(500);
    writeFileSync(end, '');
    const told = await Promise.all(clients.map(({ child }) => child.line(/^requests \d+/, 0, 15_000)));
    await names.stop();
    await rig.stop();

    const lost = clients.flatMap(({ name, child }) =>
      child.lines.filter(({ text }) => text.startsWith('failure')).map(({ text }) => `${name}: ${text}`),
    );
    const counts = clients.map(({ name }, index) => `${name} ${told[index]?.text.split(' ')[1]}`);
    process.stdout.write(`drain: ${lost.length} requests lost of ${counts.join(', ')}; ${drain.lines.at(-1)?.text}\n`);
    expect(lost).toEqual([]);
    for (const { text } of told) expect(Number(text.split(' ')[1])).toBeGreaterThan(50);
  },
  120_000,
);
