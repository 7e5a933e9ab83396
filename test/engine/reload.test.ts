/** Reloads under load, as a renewed certificate causes them: whoever connects at that very moment must notice nothing. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ListenerProtocol, ProxyFleet, ProxyTargets } from '../../lib';
import { localPort } from '../../rehearsal/proxies/surroundings';
import { writtenFiles } from '../../rehearsal/template/written-files';
import { network, userDataOf } from '../lib/fixture';
import { localConfiguration, loopbackAddress } from '../templates/haproxy-process';
import { ask } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { HaproxyMaster } from './haproxy-master';

const RELOADS = process.env.REAL_TIME ? 40 : 5;
const CONNECTIONS = process.env.REAL_TIME ? 200_000 : 20_000;
const TIMEOUT_MS = process.env.REAL_TIME ? 600_000 : 60_000;
/** Connections that are open at a time, of each listener. */
const PARALLEL = 16;
const LISTENERS = [80, 5432];

const directory = temporaryDirectory();
const address = loopbackAddress(0);
const target = { address: loopbackAddress(1), port: 9000 };
const masters: HaproxyMaster[] = [];

afterEach(() => Promise.all(masters.splice(0).map((master) => master.stop())));

/** What user data writes for a fleet with an HTTP and a TCP listener. */
function configuration(): string {
  const { stack, vpc } = network(2);
  const fleet = new ProxyFleet(stack, 'Edge', { vpc });
  const targets = ProxyTargets.ipAddresses(['10.0.0.1']);
  const [http, tcp] = LISTENERS as [number, number];
  fleet.addListener('Http', { port: http }).addTargets('App', { targets, port: 8080 });
  fleet.addListener('Tcp', { port: tcp, protocol: ListenerProtocol.TCP }).addTargets('App', { targets, port: 8080 });
  return writtenFiles(userDataOf(stack)).find(({ path }) => path.endsWith('/haproxy.cfg'))?.content ?? '';
}

/** Another HAProxy is the quickest target. */
const TARGET = `
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 5s
frontend target
  bind ${target.address}:${target.port}
  http-request return status 200 content-type text/plain string whole
`;

async function start(name: string, text: string, port: number, host: string): Promise<HaproxyMaster> {
  const file = join(directory, `${name}.cfg`);
  writeFileSync(file, text);
  const master = await HaproxyMaster.start(file, async () => (await ask(host, port, '/')).status === 200);
  masters.push(master);
  return master;
}

/** Opens its share of the connections through a listener; counts failures by their kind. */
function load(listener: number, onProgress: (ended: number) => void): Promise<Record<string, number>> {
  const worker = new Worker(join(__dirname, 'new-connections.mjs'), {
    workerData: {
      host: address,
      port: localPort(listener),
      sources: [2, 3, 4, 5, 6, 7].map(loopbackAddress),
      total: CONNECTIONS / LISTENERS.length,
      parallel: PARALLEL,
    },
  });
  let failures: Record<string, number> = {};
  worker.on('message', (news: { ended: number; failures: Record<string, number> }) => {
    failures = news.failures;
    onProgress(news.ended);
  });
  return once(worker, 'exit').then(() => failures);
}

test(
  `no new connection fails in ${RELOADS} reloads`,
  async () => {
    await start('target', TARGET, target.port, target.address);
    const targets = new Map([['10.0.0.1:8080', target]]);
    const text = localConfiguration(configuration(), directory, { addresses: [address], targets });
    const proxy = await start('proxy', text, localPort(80), address);
    const progress = LISTENERS.map(() => 0);
    let reloads = 0;
    let reloading: Promise<unknown> = Promise.resolve();
    const loads = LISTENERS.map((listener, index) =>
      load(listener, (ended) => {
        progress[index] = ended;
        const all = progress.reduce((sum, each) => sum + each, 0);
        if (all < ((reloads + 1) * CONNECTIONS) / (RELOADS + 1) || reloads === RELOADS) return;
        reloads += 1;
        reloading = reloading.then(() => proxy.reload());
      }),
    );

    const failures = await Promise.all(loads);
    await reloading;

    expect(progress.reduce((sum, each) => sum + each, 0)).toBe(CONNECTIONS);
    expect(reloads).toBe(RELOADS);
    expect(failures).toEqual([{}, {}]);
  },
  TIMEOUT_MS,
);
