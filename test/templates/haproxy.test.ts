/** The configurations that the library writes, in a real HAProxy with real targets: the very text of the user data. */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect, createServer, type Server as TcpServer } from 'node:net';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import {
  type TargetHealthCheck as Check,
  ProxyFleet,
  ProxyTargets,
  TargetHealthCheck,
  type ProxyTargets as Targets,
} from '../../lib';
import { ENGINE_DIRECTORY } from '../../lib/private/contract';
import { findHaproxy } from '../../rehearsal/proxies/engine-binary';
import { writtenFiles } from '../../rehearsal/template/written-files';
import { check } from './checkers';
import { userDataOf } from './cloud-config';
import { HaproxyProcess, loopbackAddress } from './haproxy-process';
import { ask, close, serve, until } from './loopback';
import { NameServer } from './name-server';
import { featureFlags, synthesize, synthesizeDemo, temporaryDirectory } from './synth';

const TIMEOUT_MS = 30_000;
const directory = temporaryDirectory();
const QUICK = { interval: Duration.seconds(1), rise: 1, fall: 1 };
const TARGET_PORT = 8080;
const NAME = 'app.internal.example.com';

/** Three fleets, one for each kind of listener, that look after their targets as often as may be. */
function synthesizeFleets() {
  const app = new App({ outdir: join(directory, 'fleets'), context: featureFlags() });
  const stack = new Stack(app, 'Fleets');
  const vpc = new ec2.Vpc(stack, 'Vpc', { natGateways: 0 });
  const add = (id: string, port: number, targets: Targets, healthCheck: Check) =>
    new ProxyFleet(stack, id, { vpc })
      .addListener('Listener', { port })
      .addTargets('App', { targets, port: TARGET_PORT, healthCheck });
  add('Http', 80, ProxyTargets.ipAddresses(['10.0.0.1', '10.0.0.2']), TargetHealthCheck.http({ ...QUICK, path: '/health' }));
  add('Tcp', 5432, ProxyTargets.ipAddresses(['10.0.0.3']), TargetHealthCheck.tcp(QUICK));
  add('Name', 80, ProxyTargets.dnsName(NAME), TargetHealthCheck.http(QUICK));
  return synthesize(app, 'Fleets').template;
}

const fleets = userDataOf(synthesizeFleets());
const demo = userDataOf(synthesizeDemo(join(directory, 'demo')).template);

function configurationOf(fleet: string): string {
  const userData = (fleet === 'Edge' ? demo : fleets).get(`${fleet}Slots1LaunchTemplate`) ?? '';
  return writtenFiles(userData).find(({ path }) => path.endsWith('/haproxy.cfg'))?.content ?? '';
}

describe.each(['Edge', 'Http', 'Tcp', 'Name'])('the configuration of the fleet %s', (fleet) => {
  test('is valid, without a warning', async () => {
    const file = join(directory, `${fleet}-verbatim.cfg`);
    writeFileSync(file, configurationOf(fleet).replaceAll(ENGINE_DIRECTORY, directory));
    writeFileSync(join(directory, 'state.map'), 'state serving\n');

    const { status, output } = await check(findHaproxy().path, ['-c', '-f', file]);

    expect(status).toBe(0);
    expect(output).not.toMatch(/WARNING|ALERT/);
  });
});

describe('an HTTP listener with two targets', () => {
  const address = loopbackAddress(0);
  const places = [1, 2].map((number) => ({ address: loopbackAddress(number), port: TARGET_PORT }));
  const client = loopbackAddress(3);
  let proxy: HaproxyProcess;
  let servers: Server[] = [];

  const startTargets = async () => {
    servers = await Promise.all(
      places.map((place, index) =>
        serve(place.address, place.port, ({ headers }) =>
          JSON.stringify({ target: index + 1, forwardedFor: headers['x-forwarded-for'], proto: headers['x-forwarded-proto'] }),
        ),
      ),
    );
  };
  const stopTargets = async () => {
    await Promise.all(servers.splice(0).map(close));
  };

  beforeAll(async () => {
    await startTargets();
    proxy = await HaproxyProcess.start({
      address,
      configuration: configurationOf('Http'),
      file: join(directory, 'http.cfg'),
      targets: new Map(places.map((place, index) => [`10.0.0.${index + 1}:${TARGET_PORT}`, place])),
    });
  }, TIMEOUT_MS);

  afterAll(async () => {
    await stopTargets();
    await proxy?.stop();
  });

  test('is live and ready, and knows no other path on the health port', async () => {
    expect(await proxy.health('/livez')).toEqual({ status: 200, body: 'live' });
    expect(await proxy.health('/healthz')).toEqual({ status: 200, body: 'ready' });
    for (const path of ['/', '/livez/', '/healthzz', '/stats', '/metrics']) {
      expect([path, (await proxy.health(path)).status]).toEqual([path, 404]);
    }
  });

  test('takes turns between its targets and tells them who the client is', async () => {
    const answers = [];
    for (let count = 0; count < 4; count++) answers.push(await ask(address, proxy.port(80), '/', client));

    const seen = answers.map(({ body }) => JSON.parse(body) as { target: number; forwardedFor: string; proto: string });
    expect(seen.map(({ target }) => target).sort()).toEqual([1, 1, 2, 2]);
    for (const { forwardedFor, proto } of seen) expect({ forwardedFor, proto }).toEqual({ forwardedFor: client, proto: 'http' });
  });

  test(
    'stays live but is not ready while no target answers, and is ready again when one does',
    async () => {
      const ready = () => proxy.health('/healthz');

      await stopTargets();
      const without = await until(ready, ({ status }) => status === 503);
      const live = await proxy.health('/livez');
      const traffic = await ask(address, proxy.port(80), '/');
      await startTargets();
      const back = await until(ready, ({ status }) => status === 200);

      expect(without).toEqual({ status: 503, body: 'no target answers' });
      expect(live.status).toBe(200);
      expect(traffic.status).toBe(503);
      expect(back).toEqual({ status: 200, body: 'ready' });
    },
    TIMEOUT_MS,
  );
});

describe('a TCP listener', () => {
  const address = loopbackAddress(4);
  const target = { address: loopbackAddress(5), port: TARGET_PORT };
  let proxy: HaproxyProcess;
  let server: TcpServer;

  beforeAll(async () => {
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => socket.write(data.toString().toUpperCase()));
    }).listen(target.port, target.address);
    await once(server, 'listening');
    proxy = await HaproxyProcess.start({
      address,
      configuration: configurationOf('Tcp'),
      file: join(directory, 'tcp.cfg'),
      targets: new Map([[`10.0.0.3:${TARGET_PORT}`, target]]),
    });
  }, TIMEOUT_MS);

  afterAll(async () => {
    await proxy?.stop();
    if (server?.listening) await new Promise((resolve) => server.close(resolve));
  });

  test('passes bytes both ways', async () => {
    const socket = connect(proxy.port(5432), address);
    socket.write('hello');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();

    expect(answer.toString()).toBe('HELLO');
    expect((await proxy.health('/healthz')).status).toBe(200);
  });

  test(
    'stays live but is not ready when its target is gone',
    async () => {
      await new Promise((resolve) => server.close(resolve));

      const without = await until(
        () => proxy.health('/healthz'),
        ({ status }) => status === 503,
      );

      expect(without.status).toBe(503);
      expect((await proxy.health('/livez')).status).toBe(200);
    },
    TIMEOUT_MS,
  );
});

describe('targets behind a name', () => {
  const address = loopbackAddress(6);
  const target = loopbackAddress(7);
  let proxy: HaproxyProcess;
  let names: NameServer;
  let server: Server;

  beforeAll(async () => {
    names = await NameServer.start(target, NAME);
    server = await serve(target, TARGET_PORT, () => 'found');
    proxy = await HaproxyProcess.start({
      address,
      configuration: configurationOf('Name'),
      file: join(directory, 'name.cfg'),
      resolver: { address: target, port: names.port },
    });
  }, TIMEOUT_MS);

  afterAll(async () => {
    await proxy?.stop();
    names?.stop();
    if (server) await close(server);
  });

  test(
    'do not keep a proxy from starting while the name is unknown, and get traffic once it is known',
    async () => {
      const before = [await proxy.health('/livez'), await proxy.health('/healthz')];

      names.address = target;
      const after = await until(
        () => proxy.health('/healthz'),
        ({ status }) => status === 200,
      );

      expect(before.map(({ status }) => status)).toEqual([200, 503]);
      expect(after.status).toBe(200);
      expect(await ask(address, proxy.port(80), '/')).toEqual({ status: 200, body: 'found' });
    },
    TIMEOUT_MS,
  );
});
