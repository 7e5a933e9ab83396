/** A real nginx that is reloaded, told to end, full, or left by a target. */
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { ProxyTargets } from 'cdk-proxy-fleet';
import { until } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { at, listener, nginxText } from './listeners';
import { NGINX, NginxProcess } from './nginx-process';
import { seenIn, speak, type Target, target } from './wire';

const directory = temporaryDirectory();
const withNginx = NGINX === undefined ? describe.skip : describe;
const GET = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

withNginx('nginx', () => {
  let web: Target;
  let proxy: NginxProcess;
  let run = 0;

  beforeEach(async () => {
    web = await target('web');
    web.server.prependListener('request', ({ url }, response) => {
      const end = response.end.bind(response);
      if (url === '/slow') response.end = (body?: unknown) => setTimeout(() => end(body as string), 700) && response;
      if (url === '/cut') response.socket?.destroy();
    });
    const twoTargets = { targets: ProxyTargets.ipAddresses(['127.0.0.1', '127.0.0.2']), port: web.port };
    const text = nginxText([
      listener({ port: 80, maxConnections: 2 }, { Web: at('127.0.0.1', web.port) }),
      listener({ port: 8080 }, { Web: twoTargets }),
      listener({ port: 8000 }, { Web: at('127.0.0.1', web.port) }),
    ]);
    run++;
    proxy = await NginxProcess.start(text, `${directory}/${run}`);
  });
  afterEach(async () => {
    await proxy.stop();
    web.server.closeAllConnections();
    web.server.close();
  });

  const send = (port: number, text: string) => speak(proxy.address, proxy.port(port), text, 3000);

  test('loses no new connection and no request while it is reloaded again and again', async () => {
    let over = false;
    const failures: string[] = [];
    let requests = 0;
    const client = async (text: string) => {
      while (!over) {
        const answer = await send(8000, text);
        requests++;
        if (!answer.startsWith('HTTP/1.1 200')) failures.push(answer);
      }
    };
    const clients = [GET, GET, GET, GET, GET.replace('/', '/slow')].map(client);

    for (let reload = 0; reload < 8; reload++) {
      await pause(150);
      proxy.signal('SIGHUP');
    }
    await pause(300);
    over = true;
    await Promise.all(clients);

    expect(failures).toEqual([]);
    expect(requests).toBeGreaterThan(50);
  });

  test('serves what is under way when it is told to stop, and takes no more', async () => {
    const slow = send(8000, GET.replace('/', '/slow'));
    await until(
      async () => web.seen.length,
      (count) => count > 0,
    );

    proxy.signal('SIGQUIT');

    const refused = await until(
      () => refusal(proxy.address, proxy.port(8000)),
      (code) => code !== undefined,
    );
    expect(refused).toBe('ECONNREFUSED');
    expect(seenIn(await slow)?.url).toBe('/slow');
  });

  test('answers 503 to more requests than a listener takes at a time', async () => {
    const slow = GET.replace('/', '/slow');

    const answers = await Promise.all([send(80, slow), send(80, slow), send(80, slow)]);

    const statuses = answers.map((answer) => answer.slice(9, 12)).sort();
    expect(statuses).toEqual(['200', '200', '503']);
    expect((await send(80, GET)).slice(9, 12)).toBe('200');
  });

  test('goes on to another target when one refuses, and leaves it alone for a while', async () => {
    for (let round = 0; round < 12; round++) expect((await send(8080, GET)).slice(9, 12)).toBe('200');

    const attempts = proxy.said.match(/Connection refused/g) ?? [];
    expect(attempts.length).toBe(3);
  });

  test('sends no request again that may have changed something', async () => {
    const post = GET.replace('GET /', 'POST /cut').replace('Connection', 'Content-Length: 0\r\nConnection');

    expect((await send(8000, post)).slice(9, 12)).toBe('502');
    expect(web.seen.filter(({ url }) => url === '/cut').length).toBe(1);
  });

  test('keeps connections to targets for the requests of other clients', async () => {
    const connections = new Set<number | undefined>();
    web.server.on('request', ({ socket }) => connections.add(socket.remotePort));

    for (let round = 0; round < 20; round++) await get(proxy.address, proxy.port(8000));

    // Each of the two workers keeps its own.
    expect(connections.size).toBeLessThanOrEqual(2);
  });
});

function refusal(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => resolve(undefined)).on('error', (error: NodeJS.ErrnoException) =>
      resolve(error.code),
    );
    socket.on('connect', () => socket.destroy());
  });
}

function get(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request({ host, port, agent: new Agent() }, (response) => response.resume().on('end', resolve));
    call.on('error', reject).end();
  });
}
