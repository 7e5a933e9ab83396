/** What HTTP targets and clients see of the proxy: headers, upgrades, HTTP/2, limits. In a real HAProxy. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { Duration } from 'aws-cdk-lib';
import { ProxyTargets, TargetHealthCheck } from 'cdk-proxy-fleet';
import { type HaproxyProcess, loopbackAddress } from '../templates/haproxy-process';
import { close, until } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { rawRequest } from './raw-request';
import { certificate, configurationOf, startProxy, withCertificates } from './running-fleet';

const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const directory = temporaryDirectory();
const address = loopbackAddress(0);
const client = loopbackAddress(2);
const target = { address: loopbackAddress(1), port: 8080 };
let server: Server;
let proxy: HaproxyProcess;

beforeAll(async () => {
  const text = configurationOf(directory, (fleet, stack) => {
    const targets = {
      targets: ProxyTargets.ipAddresses(['10.0.0.1']),
      port: 8080,
      healthCheck: TargetHealthCheck.tcp({ interval: Duration.seconds(1), rise: 1 }),
    };
    const options = { idleTimeout: Duration.seconds(1), tunnelTimeout: Duration.seconds(20) };
    fleet.addListener('Http', { port: 80, ...options }).addTargets('App', targets);
    fleet
      .addListener('Https', { port: 443, certificates: [certificate(stack, 'a.example.com')] })
      .addTargets('App', { ...targets, rawDirectives: ['http-response set-header X-Raw backend'] });
    fleet
      .addListener('Few', { port: 8000, maxConnections: 1, rawDirectives: ['http-response set-header X-Raw frontend'] })
      .addTargets('App', targets);
  });
  server = createServer((incoming, response) => {
    const { headers, method, url } = incoming;
    if (url === '/silent') return;
    response.end(JSON.stringify({ headers, method }));
  });
  server.on('upgrade', (_: IncomingMessage, socket) => {
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    const accepted = createHash('sha1').update(`${KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
    const lines = ['Connection: Upgrade', 'Upgrade: websocket', `Sec-WebSocket-Accept: ${accepted}`];
    socket.write(['HTTP/1.1 101 Switching Protocols', ...lines, '', ''].join('\r\n'));
    socket.on('data', (data: Buffer) => socket.write(data.toString().toUpperCase()));
  });
  await once(server.listen(target.port, target.address), 'listening');
  const configuration = withCertificates(text, directory, ['a.example.com']);
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

const ask = (text: string, options = {}) => rawRequest(address, proxy.port(80), text, { localAddress: client, ...options });

/** Headers of a request as the target gets them. */
async function seen(...lines: string[]): Promise<Record<string, string>> {
  const answer = await ask(['GET / HTTP/1.1', 'Host: a', 'Connection: close', ...lines, '', ''].join('\r\n'));
  return JSON.parse(answer.split('\r\n\r\n')[1] ?? '{}').headers;
}

test('what a client says of who it is and how it came does not count', async () => {
  const headers = await seen(
    'X-Forwarded-For: 203.0.113.1',
    'X-Forwarded-For: 203.0.113.2',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Port: 1',
    'X-Forwarded-Host: evil',
    'Forwarded: for=203.0.113.3',
    'X-Other: stays',
  );

  expect(headers).toMatchObject({
    'x-forwarded-for': client,
    'x-forwarded-proto': 'http',
    'x-forwarded-port': '80',
    'x-other': 'stays',
  });
  expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['x-forwarded-host']));
  expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['forwarded']));
});

test('no answer tells which program gave it', async () => {
  const answers = [await ask('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'), await ask('nonsense\r\n\r\n')];

  expect(answers.map((answer) => answer.slice(0, 12))).toEqual(['HTTP/1.1 200', 'HTTP/1.1 400']);
  for (const answer of answers) expect(answer).not.toMatch(/haproxy|^server:/im);
});

test('a WebSocket stays open in silence for longer than a request may', async () => {
  const lines = ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${KEY}`];
  const hello = ['GET /ws HTTP/1.1', 'Host: a', ...lines, '', ''].join('\r\n');
  const started = Date.now();

  const silent = await ask(hello, { silentMs: 2500 });
  const took = Date.now() - started;
  const spoken = await ask(`${hello}hello`, { silentMs: 500 });

  expect(silent).toMatch(/^HTTP\/1.1 101[\s\S]*\r\n\r\n$/);
  expect(took).toBeGreaterThanOrEqual(2400);
  expect(spoken).toMatch(/^HTTP\/1.1 101[\s\S]*HELLO$/);
}, 10_000);

test('a target that is silent for longer than it may is answered for with status 504', async () => {
  expect((await ask('GET /silent HTTP/1.1\r\nHost: a\r\n\r\n')).slice(0, 12)).toBe('HTTP/1.1 504');
});

test('an upgrade to HTTP/2 in plain text, past all rules, is not offered to targets', async () => {
  const headers = await seen('Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA', 'Connection: Upgrade, HTTP2-Settings');

  expect(headers['x-forwarded-for']).toBe(client);
  expect(headers.upgrade).toBeUndefined();
});

test('over HTTP/2 a client may have a hundred requests at a time, and bodies arrive', async () => {
  const session = connectHttp2(`https://${address}:${proxy.port(443)}`, { rejectUnauthorized: false });
  const [settings] = await once(session, 'remoteSettings');
  const stream = session.request({ ':method': 'POST', ':path': '/' });
  let body = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    body += text;
  });
  stream.end('x'.repeat(100_000));
  const [answer] = await once(stream, 'response');
  await once(stream, 'end');
  session.close();

  expect(settings.maxConcurrentStreams).toBe(100);
  expect([answer[':status'], answer['x-raw']]).toEqual([200, 'backend']);
  expect(JSON.parse(body)).toMatchObject({ method: 'POST', headers: { 'x-forwarded-proto': 'https' } });
});

test('more connections than a listener may have wait, and lines of the user are in force', async () => {
  const text = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
  const first = rawRequest(address, proxy.port(8000), text, { silentMs: 1500 });
  await new Promise((resolve) => setTimeout(resolve, 100));
  const while1 = await rawRequest(address, proxy.port(8000), text, { silentMs: 500 });
  await first;
  const after = await rawRequest(address, proxy.port(8000), text, { silentMs: 500 });

  expect(while1).toBe('');
  expect(after).toMatch(/^HTTP\/1.1 200[\s\S]*x-raw: frontend/i);
});

test.each([
  ['a header of 17 KB', `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(17_000)}\r\n\r\n`],
  ['102 headers', `GET / HTTP/1.1\r\nHost: a\r\n${'X-Many: x\r\n'.repeat(102)}\r\n`],
  ['a path of 17 KB', `GET /${'x'.repeat(17_000)} HTTP/1.1\r\nHost: a\r\n\r\n`],
])('%s is refused', async (_, text) => {
  expect((await ask(text)).slice(0, 12)).toMatch(/^HTTP\/1.1 (400|414|431)$/);
});
