/** Connections to targets that close under a request: what is lost of requests with each way to reuse them, in a real HAProxy. */
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { ConnectionReuse, ProxyEngine, ProxyTargets, TargetHealthCheck } from 'cdk-proxy-fleet';
import { findHaproxy } from '../../rehearsal/proxies/engine-binary';
import { check } from '../templates/checkers';
import { type HaproxyProcess, loopbackAddress } from '../templates/haproxy-process';
import { until } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { rawRequest } from './raw-request';
import { configurationOf, startProxy } from './running-fleet';

const TIMEOUT_MS = 60_000;
const root = temporaryDirectory();
const address = loopbackAddress(0);
const target = { address: loopbackAddress(1), port: 8080 };
let server: Server;
let scenes = 0;
let proxy: HaproxyProcess | undefined;
/** Requests that were answered, by connection. */
let answered: number[] = [];

/** A target that offers to keep connections and resets each upon its second request. */
function treacherous(socket: Socket): void {
  const connection = answered.push(0) - 1;
  socket.on('error', () => undefined);
  socket.on('data', () => {
    if (answered[connection] === 1) {
      socket.resetAndDestroy();
      return;
    }
    answered[connection] = 1;
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
}

/** A target that keeps connections, and closes none. */
function faithful(socket: Socket): void {
  const connection = answered.push(0) - 1;
  socket.on('error', () => undefined);
  socket.on('data', () => {
    answered[connection] = (answered[connection] ?? 0) + 1;
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
}

async function start(reuse: ConnectionReuse | undefined, behave: (socket: Socket) => void): Promise<void> {
  const directory = join(root, String(++scenes));
  const engine = ProxyEngine.haproxy({ connectionReuse: reuse });
  const build = (fleet: Parameters<Parameters<typeof configurationOf>[1]>[0]) =>
    fleet.addListener('Http', { port: 80 }).addTargets('App', {
      targets: ProxyTargets.ipAddresses(['10.0.0.1']),
      port: 8080,
      healthCheck: TargetHealthCheck.tcp({ interval: Duration.seconds(1), rise: 1, fall: 100 }),
    });
  const configuration = configurationOf(directory, build, { engine });
  server = createServer(behave).listen(target.port, target.address);
  await once(server, 'listening');
  proxy = await startProxy(directory, configuration, address, { '10.0.0.1:8080': target });
  const file = join(directory, 'haproxy.cfg');
  expect((await check(findHaproxy().path, ['-c', '-f', file])).output).not.toMatch(/WARNING|ALERT/);
  await until(
    () => (proxy as HaproxyProcess).health('/healthz'),
    ({ status }) => status === 200,
  );
  answered = [];
}

afterEach(async () => {
  await proxy?.stop();
  server.close();
});

const send = (method: string, body = '') =>
  rawRequest(
    address,
    (proxy as HaproxyProcess).port(80),
    `${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${body && `Content-Length: ${body.length}\r\n`}\r\n${body}`,
  ).then((text) => text.split(' ')[1] ?? 'lost');

async function statuses(count: number, next: () => Promise<string>): Promise<Record<string, number>> {
  const seen: Record<string, number> = {};
  for (let index = 0; index < count; index++) {
    const status = await next();
    seen[status] = (seen[status] ?? 0) + 1;
  }
  return seen;
}

test(
  'by default no request is lost to a target that closes connections under them, and none that changes something meets an old one',
  async () => {
    await start(undefined, treacherous);

    const gets = await statuses(20, () => send('GET'));
    const before = answered.length;
    const posts = await statuses(20, () => send('POST', 'x=1'));
    const withBody = await statuses(5, () => send('GET', 'x=1'));
    const mixed = await statuses(20, () => send(Math.random() < 0.5 ? 'DELETE' : 'HEAD'));
    // More would now and then meet six such connections in a row, one more than a request is sent again.
    const together = await Promise.all(Array.from({ length: 2 }, () => statuses(20, () => send('GET'))));

    expect([gets, posts, withBody, mixed]).toEqual([{ 200: 20 }, { 200: 20 }, { 200: 5 }, { 200: 20 }]);
    expect(together).toEqual(Array.from({ length: 2 }, () => ({ 200: 20 })));
    expect(answered.slice(before, before + 20)).toEqual(Array(20).fill(1));
  },
  TIMEOUT_MS,
);

test(
  'by default a client that keeps its connection loses nothing either, whatever it sends',
  async () => {
    await start(undefined, treacherous);
    const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n';
    const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

    const answer = await rawRequest(
      address,
      (proxy as HaproxyProcess).port(80),
      `${post}${get}${post}${post}${get}${post.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')}`,
    );

    expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual(Array(6).fill('HTTP/1.1 200'));
  },
  TIMEOUT_MS,
);

test(
  'by default requests of clients that close share a connection where they may be repeated, and open one each where they may not',
  async () => {
    await start(undefined, faithful);

    await statuses(20, () => send('GET'));
    const shared = answered.length;
    await statuses(20, () => send('PUT', 'x=1'));

    expect(shared).toBeLessThanOrEqual(4);
    expect(answered.length - shared).toBe(20);
  },
  TIMEOUT_MS,
);

test(
  'when every request takes an idle connection some are lost to such a target, and all share one of a better target',
  async () => {
    await start(ConnectionReuse.ALWAYS, treacherous);
    const posts = await statuses(20, () => send('POST', 'x=1'));
    await proxy?.stop();
    server.close();
    await start(ConnectionReuse.ALWAYS, faithful);
    await statuses(20, () => send('POST', 'x=1'));

    expect(posts['200']).toBeLessThan(20);
    expect(answered.length).toBeLessThanOrEqual(4);
  },
  TIMEOUT_MS,
);

test(
  'connections that are never reused belong to one client each',
  async () => {
    await start(ConnectionReuse.NEVER, faithful);

    await statuses(20, () => send('GET'));

    expect(answered).toHaveLength(20);
  },
  TIMEOUT_MS,
);
