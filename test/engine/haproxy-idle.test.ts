/** How long a connection may be silent, in a real HAProxy. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Duration } from 'aws-cdk-lib';
import { ListenerProtocol, ProxyTargets, TargetHealthCheck } from 'cdk-proxy-fleet';
import { type HaproxyProcess, loopbackAddress } from '../templates/haproxy-process';
import { temporaryDirectory } from '../templates/synth';
import { configurationOf, startProxy } from './running-fleet';

const directory = temporaryDirectory();
const address = loopbackAddress(0);
const target = { address: loopbackAddress(1), port: 8080 };
const echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
let proxy: HaproxyProcess | undefined;
let client: Socket | undefined;

afterEach(async () => {
  client?.destroy();
  echo.close();
  await proxy?.stop();
});

test('a connection of TCP ends when it has been silent for the idle time, and not for that of a tunnel', async () => {
  const build = (fleet: Parameters<Parameters<typeof configurationOf>[1]>[0]) =>
    fleet.addListener('Tcp', { port: 5000, protocol: ListenerProtocol.TCP, idleTimeout: Duration.seconds(1) }).addTargets('App', {
      targets: ProxyTargets.ipAddresses(['10.0.0.1']),
      port: 8080,
      healthCheck: TargetHealthCheck.tcp({ interval: Duration.seconds(1), rise: 1, fall: 3 }),
    });
  echo.listen(target.port, target.address);
  await once(echo, 'listening');
  proxy = await startProxy(directory, configurationOf(directory, build), address, { '10.0.0.1:8080': target });

  client = connect(proxy.port(5000), address);
  client.write('hello');
  const [said] = await once(client, 'data');
  const began = performance.now();
  await once(client, 'close');
  const silent = performance.now() - began;

  expect(String(said)).toBe('hello');
  expect(silent).toBeGreaterThan(900);
  expect(silent).toBeLessThan(5000);
}, 30_000);
