/** What the health port of a real nginx says of targets and of a drain. */
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { ListenerProtocol, TargetHealthCheck } from 'cdk-proxy-fleet';
import { LIVE_PATH, READY_PATH } from '../../lib/private/contract';
import { localPort } from '../../rehearsal/proxies/surroundings';
import { blackHole } from '../rehearsal/black-hole';
import { close, serve, until } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { at, listener, nginxText } from './listeners';
import { NGINX, NginxProcess } from './nginx-process';
import { listen, target } from './wire';

const directory = temporaryDirectory();
const withNginx = NGINX === undefined ? describe.skip : describe;

withNginx('the health port of nginx', () => {
  let proxy: NginxProcess | undefined;
  let run = 0;
  const start = async (...listeners: Parameters<typeof nginxText>[0]) => {
    run++;
    proxy = await NginxProcess.start(nginxText(listeners), `${directory}/${run}`);
    return proxy;
  };
  afterEach(() => proxy?.stop());

  test('is live and not ready while no target answers', async () => {
    const { health } = bound(
      await start(listener({ port: 80 }, { A: at('127.0.0.1', 9) }), listener({ port: 8080 }, { A: at('127.0.0.2', 9) })),
    );

    expect(await health(LIVE_PATH)).toEqual({ status: 200, body: 'live\n' });
    expect(await health(READY_PATH)).toEqual({ status: 503, body: 'no target answers\n' });
    expect((await health('/check-1')).status).toBe(404);
    expect((await health('/')).status).toBe(404);
  });

  test('answers nobody while connections of TCP that stay have taken all that a worker may have', async () => {
    const backend = await serve('127.0.0.1', 0, () => '');
    const { port } = backend.address() as AddressInfo;
    const tcp = listener({ port: 5432, protocol: ListenerProtocol.TCP }, { Db: at('127.0.0.1', port) });
    // Three are its own, and each connection of a client takes one more to a target: an odd one would be left of an even number.
    const text = nginxText([tcp])
      .replace('worker_processes auto', 'worker_processes 1')
      .replace(/worker_connections \d+/, 'worker_connections 21');
    proxy = await NginxProcess.start(text, `${directory}/full`);
    const { address } = proxy;
    const open = Array.from({ length: 20 }, () => connect(localPort(5432), address).on('error', () => undefined));
    const full = bound(proxy);

    const { status } = await until(
      () => full.health(LIVE_PATH),
      (answer) => answer.status === 0,
    );
    for (const socket of open) socket.destroy();
    const after = await until(
      () => full.health(LIVE_PATH),
      (answer) => answer.status === 200,
    );

    await close(backend);
    expect([status, after.status]).toEqual([0, 200]);
  });

  test('is ready as soon as one target of any listener answers its own question, and not longer', async () => {
    const status: Record<string, number> = { '/health?deep=1': 302, '/other': 404 };
    const asked: string[] = [];
    const backend = await target('any');
    backend.server.removeAllListeners('request').on('request', (incoming, response) => {
      asked.push(`${incoming.method} ${incoming.url} ${incoming.headers.host} ${incoming.headers.cookie}`);
      response.writeHead(status[incoming.url ?? ''] ?? 500, { Location: '/login', 'Set-Cookie': 'a=b' }).end('secret');
    });
    const ask = (path: string) => at('127.0.0.1', backend.port, { healthCheck: TargetHealthCheck.http({ path }) });
    const { health } = bound(
      await start(
        listener({ port: 80 }, { Dead: at('127.0.0.1', 9) }),
        listener({ port: 8080 }, { Other: ask('/other') }),
        listener({ port: 8000 }, { Good: ask('/health?deep=1') }),
      ),
    );

    expect(await health(READY_PATH)).toEqual({ status: 200, body: 'ready\n' });
    expect(asked).toEqual(['GET /other health-check undefined', 'GET /health?deep=1 health-check undefined']);
    status['/health?deep=1'] = 500;
    expect((await health(READY_PATH)).status).toBe(503);
    status['/other'] = 204;
    expect(await health(READY_PATH)).toEqual({ status: 200, body: 'ready\n' });
    await close(backend.server);
  });

  test('asks the next target of a group when one fails', async () => {
    const backend = await serve('127.0.0.1', 0, () => 'fine');
    const { port } = backend.address() as { port: number };
    const group = at('127.0.0.2', port);
    const { health } = bound(
      await start(listener({ port: 80 }, { A: group }), listener({ port: 8080 }, { B: at('127.0.0.1', port) })),
    );

    for (let round = 0; round < 4; round++) expect((await health(READY_PATH)).status).toBe(200);
    await close(backend);
  });

  test('is content with a connection where the check wants no more', async () => {
    const silent = createTcpServer(() => undefined);
    const port = await listen(silent);
    const healthCheck = TargetHealthCheck.tcp();
    const { health } = bound(await start(listener({ port: 80 }, { A: at('127.0.0.1', port, { healthCheck }) })));

    expect((await health(READY_PATH)).status).toBe(200);
    silent.close();
    await proxy?.stop();
    const without = bound(await start(listener({ port: 80 }, { A: at('127.0.0.1', 9, { healthCheck }) })));
    expect((await without.health(READY_PATH)).status).toBe(503);
  });

  test('does not wait long for targets that swallow packets', async () => {
    const backend = await serve('127.0.0.1', 0, () => 'fine');
    const { port } = backend.address() as { port: number };
    const hole = await blackHole('127.0.0.1');
    const group = at('127.0.0.1', hole.port, { healthCheck: TargetHealthCheck.http({ path: '/a' }) });
    const { health } = bound(
      await start(listener({ port: 80 }, { A: group }), listener({ port: 8080 }, { B: at('127.0.0.1', port) })),
    );
    const begin = performance.now();

    const { status } = await health(READY_PATH);

    // 40 ms, and time for a busy machine.
    expect([status, performance.now() - begin < 350]).toEqual([200, true]);
    await hole.close();
    await close(backend);
  });

  test('is ready with TCP listeners alone, whose targets it cannot ask', async () => {
    const { health } = bound(await start(listener({ port: 5432 }, { A: at('127.0.0.1', 9) })));

    expect(await health(READY_PATH)).toEqual({ status: 200, body: 'ready\n' });
  });

  test('follows the files of a drain: first for holders of virtual IPs, then for everybody; live all the time', async () => {
    const running = await start(listener({ port: 5432 }, { A: at('127.0.0.1', 9) }));
    const { health } = bound(running);
    const look = async () => [
      (await health(`${READY_PATH}?holder`)).body,
      (await health(READY_PATH)).body,
      (await health(LIVE_PATH)).body,
    ];

    const serving = await look();
    running.state('leaving', true);
    const leaving = await look();
    running.state('draining', true);
    running.state('leaving', false);
    const draining = await look();
    running.state('draining', false);
    const again = await look();

    expect(serving).toEqual(['ready\n', 'ready\n', 'live\n']);
    expect(leaving).toEqual(['leaving\n', 'ready\n', 'live\n']);
    expect(draining).toEqual(['draining\n', 'draining\n', 'live\n']);
    expect(again).toEqual(serving);
  });
});

const bound = (proxy: NginxProcess) => ({ health: (path: string) => proxy.health(path) });
