/** The PROXY protocol from clients and to targets, and names in TLS on listeners without a rest, in a real HAProxy. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Duration } from 'aws-cdk-lib';
import { ListenerCondition, ListenerProtocol, ProxyProtocolVersion, ProxyTargets, TargetHealthCheck } from 'cdk-proxy-fleet';
import { type HaproxyProcess, loopbackAddress } from '../templates/haproxy-process';
import { close, serve, until } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { rawRequest } from './raw-request';
import { certificate, configurationOf, startProxy, withCertificates } from './running-fleet';

const directory = temporaryDirectory();
const address = loopbackAddress(0);
const client = loopbackAddress(2);
const HOSTS = ['a.example.com', 'b.example.com'];
const healthCheck = TargetHealthCheck.tcp({ interval: Duration.seconds(1), rise: 1 });
const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
let proxy: HaproxyProcess;
let web: Server;
/** First bytes of every connection to the target that keeps them. */
let first: Buffer[] = [];

const keeper = createServer((socket) => {
  let bytes = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    bytes = Buffer.concat([bytes, data]);
    if (bytes.length <= headerLength(bytes) || socket.writableEnded) return;
    first.push(bytes);
    socket.end('taken');
  });
});

/** Bytes of the PROXY protocol in front, which may come alone; a check of the proxy's sends nothing more. */
function headerLength(bytes: Buffer): number {
  if (bytes.subarray(0, 12).equals(SIGNATURE)) return bytes.length < 16 ? 16 : 16 + bytes.readUInt16BE(14);
  return /^PROXY [^\n]*\n?/.exec(bytes.toString('latin1'))?.[0].length ?? 0;
}

beforeAll(async () => {
  const text = configurationOf(directory, (fleet, stack) => {
    const http = { port: 8080, healthCheck, targets: ProxyTargets.ipAddresses(['10.0.0.1']) };
    const kept = { port: 9000, healthCheck, targets: ProxyTargets.ipAddresses(['10.0.0.2']) };
    const sni = (host: string) => ({ conditions: [ListenerCondition.sniHosts([host])], priority: 1 });
    fleet.addListener('In', { port: 80, acceptProxyProtocol: true }).addTargets('App', http);
    fleet.addListener('V1', { port: 5001 }).addTargets('App', { ...kept, sendProxyProtocol: ProxyProtocolVersion.V1 });
    fleet.addListener('V2', { port: 5002 }).addTargets('App', { ...kept, sendProxyProtocol: ProxyProtocolVersion.V2 });
    fleet.addListener('Both', { port: 5003, acceptProxyProtocol: true }).addTargets('App', {
      ...kept,
      sendProxyProtocol: ProxyProtocolVersion.V1,
    });
    fleet.addListener('Pass', { port: 5004 }).addTargets('App', { ...kept, ...sni('a.example.com') });
    fleet.addListener('Rest', { port: 5005 }).addTargets('App', { ...kept, ...sni('*') });
    fleet
      .addListener('Ends', {
        port: 5006,
        protocol: ListenerProtocol.TLS,
        certificates: HOSTS.map((host) => certificate(stack, host)),
      })
      .addTargets('App', { ...kept, ...sni('b.*.com') });
    const fallback = fleet.addListener('Fallback', { port: 5007 });
    fallback.addTargets('Tls', { ...kept, ...sni('a.example.com') });
    fallback.addTargets('Other', kept);
  });
  web = await serve(loopbackAddress(1), 8080, ({ headers }) => `for ${headers['x-forwarded-for']}`);
  await once(keeper.listen(9000, loopbackAddress(3)), 'listening');
  proxy = await startProxy(directory, withCertificates(text, directory, HOSTS), address, {
    '10.0.0.1:8080': { address: loopbackAddress(1), port: 8080 },
    '10.0.0.2:9000': { address: loopbackAddress(3), port: 9000 },
  });
  await until(
    () => rawRequest(address, 5002, 'x'),
    (answer) => answer === 'taken',
  );
}, 30_000);

afterAll(async () => {
  await proxy?.stop();
  if (web) await close(web);
  keeper.close();
});

beforeEach(() => {
  first = [];
});

const send = (port: number, text: string | Buffer) => rawRequest(address, proxy.port(port), text, { localAddress: client });
const REQUEST = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

/** What a TLS client gets: the host of the certificate and the answer, or how the connection ended. */
function hello(port: number, servername: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectTls({ host: address, port, ...(servername && { servername }), rejectUnauthorized: false });
    let text = '';
    socket.on('secureConnect', () => socket.write('hello'));
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('error', () => resolve('broken'));
    socket.on('close', () => resolve(text || 'closed'));
  });
}

test('an address that the PROXY protocol tells in text is the client to targets', async () => {
  expect(await send(80, `PROXY TCP4 203.0.113.7 192.0.2.1 4000 80\r\n${REQUEST}`)).toMatch(/for 203\.0\.113\.7$/);
});

test('one that it tells in binary, too', async () => {
  const addresses = Buffer.from([203, 0, 113, 8, 192, 0, 2, 1, 0x0f, 0xa0, 0, 80]);
  const header = Buffer.concat([SIGNATURE, Buffer.from([0x21, 0x11, 0, addresses.length]), addresses]);

  expect(await send(80, Buffer.concat([header, Buffer.from(REQUEST)]))).toMatch(/for 203\.0\.113\.8$/);
});

test('a connection that begins without it is closed where it must', async () => {
  expect(await send(80, REQUEST)).not.toMatch(/^HTTP\/1.1 200/);
});

test('targets are told the client in text', async () => {
  await send(5001, 'hello');

  expect(first.map(String)).toEqual([
    expect.stringMatching(new RegExp(`^PROXY TCP4 ${client} ${address} \\d+ 5001\\r\\nhello$`)),
  ]);
});

test('targets are told the client in binary', async () => {
  await send(5002, 'hello');

  const [bytes = Buffer.alloc(0)] = first;
  expect(bytes.subarray(0, 12)).toEqual(SIGNATURE);
  expect([...bytes.subarray(16, 20)].join('.')).toBe(client);
  expect(bytes.toString()).toMatch(/hello$/);
});

test('who was told a client tells it on', async () => {
  await send(5003, 'PROXY TCP4 203.0.113.9 192.0.2.1 4000 80\r\nhello');

  expect(first.map(String)).toEqual(['PROXY TCP4 203.0.113.9 192.0.2.1 4000 80\r\nhello']);
});

test('of TLS that passes through, a host that nobody wants is closed, and one without TLS, too', async () => {
  const started = Date.now();
  expect([await hello(5004, 'b.example.com'), await hello(5004, ''), await send(5004, 'no TLS')]).toEqual([
    'broken',
    'broken',
    '',
  ]);
  expect(Date.now() - started).toBeLessThan(3000);
  expect(first).toEqual([]);
  await hello(5004, 'A.example.com');
  expect(first).toHaveLength(1);
});

test('any host is a host that is named', async () => {
  await hello(5005, '');
  expect(first).toEqual([]);
  await hello(5005, 'c.example.com');
  expect(first).toHaveLength(1);
});

test('of TLS that ends at the proxy, the host decides as well', async () => {
  expect([await hello(5006, 'b.example.com'), await hello(5006, 'a.example.com')]).toEqual([
    'taken',
    expect.stringMatching(/closed|broken/),
  ]);
});

test('who speaks no TLS gets the rest without a wait', async () => {
  const started = Date.now();

  expect(await send(5007, 'plain')).toBe('taken');
  expect(Date.now() - started).toBeLessThan(2000);
});
