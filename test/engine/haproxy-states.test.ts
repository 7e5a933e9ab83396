/** What the ready path says while a proxy leaves and drains, in a real HAProxy whose state is changed as on an instance. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { ProxyTargets, TargetHealthCheck } from 'cdk-proxy-fleet';
import { type HaproxyProcess, loopbackAddress } from '../templates/haproxy-process';
import { ask, close, serve, until } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { configurationOf, startProxy } from './running-fleet';

const directory = temporaryDirectory();
const address = loopbackAddress(0);
const target = { address: loopbackAddress(1), port: 8080 };
const folder = join(directory, 'haproxy.cfg.d');
let server: Server;
let proxy: HaproxyProcess;

beforeAll(async () => {
  const configuration = configurationOf(directory, (fleet) =>
    fleet.addListener('Http', { port: 80 }).addTargets('App', {
      targets: ProxyTargets.ipAddresses(['10.0.0.1']),
      port: 8080,
      healthCheck: TargetHealthCheck.tcp({ interval: Duration.seconds(1), rise: 1 }),
    }),
  );
  server = await serve(target.address, target.port, () => 'served');
  proxy = await startProxy(directory, configuration, address, { '10.0.0.1:8080': target });
  await until(
    () => proxy.health('/healthz'),
    ({ status }) => status === 200,
  );
}, 30_000);

afterAll(async () => {
  await proxy?.stop();
  if (server) await close(server);
});

async function become(state: string): Promise<void> {
  const socket = connect(join(folder, 'haproxy.sock'));
  socket.resume().write(`set map ${join(folder, 'state.map')} state ${state}\n`);
  await once(socket, 'close');
}

test.each<[string, [string, number][]]>([
  [
    'leaving',
    [
      ['/healthz', 200],
      ['/healthz?holder', 503],
      ['/livez', 200],
    ],
  ],
  [
    'draining',
    [
      ['/healthz', 503],
      ['/healthz?holder', 503],
      ['/livez', 200],
    ],
  ],
  [
    'serving',
    [
      ['/healthz', 200],
      ['/healthz?holder', 200],
      ['/livez', 200],
    ],
  ],
])('a proxy that is %s says so to whom it concerns, and serves', async (state, answers) => {
  await become(state);

  const seen = await Promise.all(answers.map(async ([path]) => [path, (await proxy.health(path)).status]));
  const { body } = await proxy.health('/healthz?holder');
  const served = await ask(address, proxy.port(80), '/');

  expect(seen).toEqual(answers);
  expect(body).toBe(state === 'serving' ? 'ready' : state);
  expect(served).toEqual({ status: 200, body: 'served' });
});
