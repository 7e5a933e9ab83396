/** Requests upon whose end two servers could disagree: none reaches a target in two readings. In a real HAProxy. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { Duration } from 'aws-cdk-lib';
import { ProxyTargets, TargetHealthCheck } from 'cdk-proxy-fleet';
import { type HaproxyProcess, loopbackAddress } from '../templates/haproxy-process';
import { until } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { rawRequest } from './raw-request';
import { configurationOf, startProxy } from './running-fleet';

const directory = temporaryDirectory();
const address = loopbackAddress(0);
const target = { address: loopbackAddress(1), port: 8080 };
let server: Server;
let proxy: HaproxyProcess;
/** All bytes that the target got. */
let received = '';

beforeAll(async () => {
  const configuration = configurationOf(directory, (fleet) =>
    fleet.addListener('Http', { port: 80 }).addTargets('App', {
      targets: ProxyTargets.ipAddresses(['10.0.0.1']),
      port: 8080,
      healthCheck: TargetHealthCheck.tcp({ interval: Duration.seconds(1), rise: 1 }),
    }),
  );
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      received += data.toString('latin1');
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
    });
  }).listen(target.port, target.address);
  await once(server, 'listening');
  proxy = await startProxy(directory, configuration, address, { '10.0.0.1:8080': target });
  await until(
    () => proxy.health('/healthz'),
    ({ status }) => status === 200,
  );
}, 30_000);

afterAll(async () => {
  await proxy?.stop();
  server?.close();
});

beforeEach(() => {
  received = '';
});

const send = (...lines: string[]) => rawRequest(address, proxy.port(80), lines.join('\r\n'), { silentMs: 1500 });
const POST = ['POST / HTTP/1.1', 'Host: a'];
const HIDDEN = 'GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n';

test.each<[string, string[]]>([
  ['two lengths that differ', ['Content-Length: 5', 'Content-Length: 6', '', 'hello!']],
  ['two lengths in one line', ['Content-Length: 5, 6', '', 'hello!']],
  ['a length with a sign', ['Content-Length: +5', '', 'hello']],
  ['a length that is no number', ['Content-Length: 5x', '', 'hello']],
  ['a negative length', ['Content-Length: -1', '', 'hello']],
  ['an encoding besides chunked', ['Transfer-Encoding: chunked, identity', '', '0', '', '']],
  ['an unknown encoding', ['Transfer-Encoding: xchunked', '', '0', '', '']],
  ['a space before the colon', ['Content-Length : 5', '', 'hello']],
  ['a space in a name', ['Transfer Encoding: chunked', '', '0', '', '']],
  ['an underscore in a name', ['Content_Length: 5', '', 'hello']],
  ['a control character in a name', ['Transfer-Encoding\x0b: chunked', '', '0', '', '']],
  ['a line without a colon', ['Nonsense', '', '']],
  ['a chunk whose size is no number', ['Transfer-Encoding: chunked', '', 'zz', 'hello', '0', '', '']],
  ['a chunk longer than it says', ['Transfer-Encoding: chunked', '', '3', 'hello', '0', '', '']],
  ['a zero byte in a value', ['X-Zero: a\x00b', '', '']],
])('%s is refused', async (_, lines) => {
  const answer = await send(...POST, ...lines);

  // HAProxy may have begun to pass on a body before a chunk of it turns out to be bad: then it breaks off both connections.
  expect(answer).toMatch(/^(HTTP\/1.1 40[03]|$)/);
  expect(received).not.toMatch(/hidden|^.+\n0\r\n\r\n/);
});

test.each<[string, string[]]>([
  ['chunks in HTTP/1.0', ['POST / HTTP/1.0', 'Host: a', 'Transfer-Encoding: chunked', '', '0', '', '']],
  ['HTTP/1.1 without a host', ['GET / HTTP/1.1', '', '']],
  ['more than 101 headers', ['GET / HTTP/1.1', 'Host: a', ...Array.from({ length: 101 }, (_, n) => `X-${n}: 1`), '', '']],
  ['headers of more than 15 KB', ['GET / HTTP/1.1', 'Host: a', `X-A: ${'a'.repeat(15_500)}`, '', '']],
  ['HTTP/2 without TLS', ['PRI * HTTP/2.0', '', 'SM', '', '']],
])('%s is refused before a target hears of it', async (_, lines) => {
  expect(await send(...lines)).toMatch(/^HTTP\/1.1 400/);
  expect(received).toBe('');
});

test.each<[string, string[]]>([
  ['no host', ['GET / HTTP/1.1', '', '']],
  ['two hosts', ['GET / HTTP/1.1', 'Host: a', 'Host: b', '', '']],
  ['a method with a space before', [' GET / HTTP/1.1', 'Host: a', '', '']],
  ['a fragment', ['GET /#x HTTP/1.1', 'Host: a', '', '']],
])('%s is refused or settled for the target', async (_, lines) => {
  const answer = await send(...lines);

  if (!/^HTTP\/1.1 400/.test(answer)) expect(received.match(/^host:/gim)?.length ?? 0).toBeLessThanOrEqual(1);
});

test.each<[string, string[]]>([
  ['length and chunks (CL.TE)', ['Content-Length: 6', 'Transfer-Encoding: chunked', '', '0', '', `X${HIDDEN}`]],
  ['chunks and length (TE.CL)', ['Transfer-Encoding: chunked', 'Content-Length: 4', '', '0', '', HIDDEN]],
  ['chunks twice (TE.TE)', ['Transfer-Encoding: chunked', 'Transfer-Encoding: x', '', '0', '', HIDDEN]],
  ['a folded line', ['X-Fold: a', ' Content-Length: 50', 'Content-Length: 0', '', HIDDEN]],
  ['a bare line feed', ['X-Bare: a\nContent-Length: 50', 'Content-Length: 0', '', HIDDEN]],
])('%s leaves a target with one reading, and no hidden request joins an honest one', async (_, lines) => {
  const answer = await send(...POST, ...lines);

  const framing = received.match(/^(content-length|transfer-encoding):/gim) ?? [];
  if (received !== '') expect(framing.length).toBeLessThanOrEqual(1);
  expect(received.match(/^POST/gm)?.length ?? 0).toBeLessThanOrEqual(1);
  const requests = received.match(/^(GET|POST) .*\r\n(?:.+\r\n)*x-forwarded-for:/gim)?.length ?? 0;
  const lines2 = received.match(/(GET|POST) \S+ HTTP/g)?.length ?? 0;
  // Whatever looks like a request was read as one by the proxy, too.
  expect(lines2).toBe(requests);
  expect(answer).toMatch(/^(HTTP\/1.1 (200|400)|$)/);
});
