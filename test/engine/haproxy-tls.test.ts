/** TLS that ends at the proxy, TLS that passes through it, and TLS to targets, in a real HAProxy. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { Duration } from 'aws-cdk-lib';
import { ListenerCondition, ListenerProtocol, ProxyTargets, TargetHealthCheck, TargetProtocol } from 'cdk-proxy-fleet';
import { check, optional } from '../templates/checkers';
import { type HaproxyProcess, loopbackAddress } from '../templates/haproxy-process';
import { ask, close, serve, until } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { certificate, configurationOf, startProxy, withCertificates } from './running-fleet';

const address = loopbackAddress(0);
const directory = temporaryDirectory();
const QUICK = { interval: Duration.seconds(1), rise: 1 };
const HOSTS = ['first.example.com', 'second.example.com'];
const stops: (() => unknown)[] = [];
let proxy: HaproxyProcess;

beforeAll(async () => {
  const text = configurationOf(directory, (fleet, stack) => {
    const certificates = HOSTS.map((host) => certificate(stack, host));
    const http = { port: 8080, healthCheck: TargetHealthCheck.http(QUICK) };
    const tcp = { healthCheck: TargetHealthCheck.tcp(QUICK) };
    fleet
      .addListener('Https', { port: 443, certificates })
      .addTargets('App', { ...http, targets: ProxyTargets.ipAddresses(['10.0.0.1']) });
    fleet
      .addListener('Tls', { port: 6514, protocol: ListenerProtocol.TLS, certificates })
      .addTargets('Log', { ...tcp, port: 514, targets: ProxyTargets.ipAddresses(['10.0.0.2']) });
    fleet.addListener('ToTls', { port: 80 }).addTargets('Secure', {
      ...http,
      port: 8443,
      protocol: TargetProtocol.HTTPS,
      targets: ProxyTargets.ipAddresses(['10.0.0.3']),
    });
    const pass = fleet.addListener('Pass', { port: 8443, protocol: ListenerProtocol.TCP });
    pass.addTargets('One', {
      ...tcp,
      port: 9443,
      targets: ProxyTargets.ipAddresses(['10.0.0.4']),
      priority: 1,
      conditions: [ListenerCondition.sniHosts(['*.one.example.com'])],
    });
    pass.addTargets('Rest', { ...tcp, port: 9443, targets: ProxyTargets.ipAddresses(['10.0.0.5']) });
  });
  const configuration = withCertificates(text, directory, HOSTS);
  const [first, second] = HOSTS.map((host) => readFileSync(join(directory, `${host}.pem`)));
  const place = (index: number, port: number) => ({ address: loopbackAddress(index), port });
  const app = await serve(
    loopbackAddress(1),
    8080,
    ({ headers }) => `${headers['x-forwarded-proto']} ${headers['x-forwarded-port']}`,
  );
  const secure = createHttpsServer({ key: first, cert: first }, (_, response) => response.end('secure'));
  await once(secure.listen(8443, loopbackAddress(3)), 'listening');
  const raw = [
    [2, 514, undefined],
    [4, 9443, first],
    [5, 9443, second],
  ] as const;
  for (const [index, port, pem] of raw) {
    const hello = (socket: { end(text: string): unknown; on(event: 'error', handle: () => void): unknown }) => {
      socket.on('error', () => undefined);
      socket.end(`from ${index}`);
    };
    const server = pem ? createTlsServer({ key: pem, cert: pem }, hello) : createServer(hello);
    await once(server.listen(port, loopbackAddress(index)), 'listening');
    stops.push(() => server.close());
  }
  stops.push(
    () => close(app),
    () => secure.close(),
  );
  proxy = await startProxy(directory, configuration, address, {
    '10.0.0.1:8080': place(1, 8080),
    '10.0.0.2:514': place(2, 514),
    '10.0.0.3:8443': place(3, 8443),
    '10.0.0.4:9443': place(4, 9443),
    '10.0.0.5:9443': place(5, 9443),
  });
  await until(
    () => ask(address, proxy.port(80), '/'),
    ({ status }) => status === 200,
  );
}, 30_000);

afterAll(async () => {
  await proxy?.stop();
  for (const stop of stops) await stop();
});

function hello(port: number, servername: string): Promise<{ host?: string | string[]; text: string }> {
  return new Promise((resolve) => {
    const socket: TLSSocket = connectTls({ host: address, port: proxy.port(port), servername, rejectUnauthorized: false }, () => {
      const host = socket.getPeerCertificate().subject?.CN;
      let text = '';
      socket.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      socket.on('end', () => resolve({ host, text }));
      setTimeout(() => socket.destroy(), 3000).unref();
      socket.on('close', () => resolve({ host, text }));
    });
    socket.on('error', (error) => resolve({ text: error.message }));
  });
}

async function overHttp2(host: string): Promise<{ status: unknown; body: string; protocol?: string | false | null }> {
  const session = connectHttp2(`https://${address}:${proxy.port(443)}`, { servername: host, rejectUnauthorized: false });
  const stream = session.request({ ':path': '/', ':authority': host });
  let body = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    body += text;
  });
  const [headers] = await once(stream, 'response');
  await once(stream, 'end');
  const protocol = (session.socket as TLSSocket).alpnProtocol;
  session.close();
  return { status: headers[':status'], body, protocol };
}

test('a client gets the certificate of the host that it names, and the first for any other', async () => {
  const hosts = await Promise.all(
    ['second.example.com', 'first.example.com', 'other.example.com'].map((name) => hello(6514, name)),
  );

  expect(hosts).toEqual([
    { host: 'second.example.com', text: 'from 2' },
    { host: 'first.example.com', text: 'from 2' },
    { host: 'first.example.com', text: 'from 2' },
  ]);
});

test('HTTP/2 is spoken over TLS, and targets learn what the client used', async () => {
  expect(await overHttp2('first.example.com')).toEqual({ status: 200, body: 'https 443', protocol: 'h2' });
});

test('targets may be spoken to over TLS', async () => {
  expect(await ask(address, proxy.port(80), '/')).toEqual({ status: 200, body: 'secure' });
});

test('TLS passes through to the targets of the host that the client names', async () => {
  expect(await hello(8443, 'a.one.example.com')).toEqual({ host: 'first.example.com', text: 'from 4' });
  expect(await hello(8443, 'one.example.com')).toEqual({ host: 'second.example.com', text: 'from 5' });
});

test("the policy is Mozilla's intermediate: nothing before TLS 1.2, and forward secrecy only", async () => {
  const openssl = optional('openssl', 'the policy of TLS is not tried');
  if (openssl === undefined) return;
  const tried = async (...options: string[]) => {
    const target = `${address}:${proxy.port(443)}`;
    const line = `"${openssl}" s_client -connect ${target} ${options.join(' ')} </dev/null 2>&1`;
    const { output } = await check('/bin/sh', ['-c', line]);
    return /Cipher is (?!\(NONE\))(\S+)/.exec(output)?.[1] ?? 'refused';
  };

  expect(await tried('-tls1_1', '-cipher', 'ALL:@SECLEVEL=0')).toBe('refused');
  expect(await tried('-tls1', '-cipher', 'ALL:@SECLEVEL=0')).toBe('refused');
  expect(await tried('-tls1_2', '-cipher', 'AES128-SHA:AES256-GCM-SHA384:DES-CBC3-SHA:@SECLEVEL=0')).toBe('refused');
  expect(await tried('-tls1_2', '-cipher', 'ECDHE-RSA-AES128-SHA256')).toBe('refused');
  expect(await tried('-tls1_2')).toBe('ECDHE-RSA-AES256-GCM-SHA384');
  expect(await tried('-tls1_3')).toMatch(/^TLS_AES/);
});
