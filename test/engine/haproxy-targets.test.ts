/** Which target gets what: weights, cookies, and certificates that targets must have. In a real HAProxy. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { createServer as createHttpsServer, request } from 'node:https';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { ListenerCondition, ProxyTargets, TargetHealthCheck, TargetProtocol } from 'cdk-proxy-fleet';
import { AUTHORITIES_PATH } from '../../lib/private/contract';
import { type HaproxyProcess, loopbackAddress } from '../templates/haproxy-process';
import { ask, close, serve, until } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { rawRequest } from './raw-request';
import { certificate, configurationOf, startProxy, withCertificates } from './running-fleet';

const directory = temporaryDirectory();
const address = loopbackAddress(0);
const HOSTS = ['app.example.com', 'edge.example.com'];
const healthCheck = TargetHealthCheck.http({ interval: Duration.seconds(1), rise: 1, fall: 1 });
const servers: Server[] = [];
/** Names by which the TLS target was asked. */
const asked = new Set<string>();
let proxy: HaproxyProcess;

beforeAll(async () => {
  const text = configurationOf(directory, (fleet, stack) => {
    const weighted = ProxyTargets.weighted([
      { targets: ProxyTargets.ipAddresses(['10.0.0.1']), weight: 3 },
      { targets: ProxyTargets.ipAddresses(['10.0.0.2']), weight: 1 },
      { targets: ProxyTargets.ipAddresses(['10.0.0.3']), weight: 0 },
    ]);
    const three = ProxyTargets.ipAddresses(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
    const http = { port: 8080, healthCheck };
    fleet.addListener('Weighted', { port: 80 }).addTargets('App', { ...http, targets: weighted });
    const sticky = { ...http, targets: three, stickinessCookieDuration: Duration.hours(1) };
    fleet.addListener('Sticky', { port: 8000 }).addTargets('App', { ...sticky, stickinessCookieName: 'Session' });
    fleet.addListener('Secure', { port: 443, certificates: [certificate(stack, 'edge')] }).addTargets('App', sticky);
    const tls = { targets: ProxyTargets.ipAddresses(['10.0.0.4']), port: 8443, healthCheck, protocol: TargetProtocol.HTTPS };
    const verified = fleet.addListener('Verified', { port: 8008 });
    verified.addTargets('Right', { ...tls, tlsServerName: 'app.example.com' });
    verified.addTargets('Wrong', {
      ...tls,
      tlsServerName: 'other.example.com',
      conditions: [ListenerCondition.pathPatterns(['/wrong'])],
      priority: 1,
    });
  });
  const configuration = withCertificates(text, directory, ['edge.example.com']).replaceAll(
    AUTHORITIES_PATH,
    join(directory, 'app.example.com.pem'),
  );
  withCertificates('/etc/proxy-fleet/certificates/app', directory, HOSTS);
  for (const index of [1, 2, 3])
    servers.push(
      await serve(
        loopbackAddress(index),
        8080,
        ({ headers }) => `target ${index}${headers.cookie?.includes('Session') ? ' knows the cookie' : ''}`,
      ),
    );
  const pem = readFileSync(join(directory, 'app.example.com.pem'));
  const SNICallback = (name: string, done: (error: null) => void) => {
    asked.add(name);
    done(null);
  };
  const secure = createHttpsServer({ key: pem, cert: pem, SNICallback }, (_, response) => response.end('secure'));
  servers.push(secure as unknown as Server);
  await once(secure.listen(8443, loopbackAddress(4)), 'listening');
  proxy = await startProxy(directory, configuration, address, {
    ...Object.fromEntries([1, 2, 3].map((index) => [`10.0.0.${index}:8080`, { address: loopbackAddress(index), port: 8080 }])),
    '10.0.0.4:8443': { address: loopbackAddress(4), port: 8443 },
  });
  await until(
    () => ask(address, proxy.port(8008), '/wrong'),
    ({ status }) => status === 503,
  );
}, 30_000);

afterAll(async () => {
  await proxy?.stop();
  await Promise.all(servers.map(close));
});

/** Answers in a row of one listener to a request of these lines: the target, and the cookie that is set. */
async function answers(count: number, port: number, ...lines: string[]): Promise<{ target: string; cookie: string }[]> {
  const seen = [];
  for (let index = 0; index < count; index++) {
    const text = [...lines, 'Host: a', 'Connection: close', '', ''].join('\r\n');
    const answer = await rawRequest(address, proxy.port(port), text);
    seen.push({
      target: answer.slice(answer.indexOf('\r\n\r\n') + 4),
      cookie: /^set-cookie: (.*)\r$/im.exec(answer)?.[1] ?? '',
    });
  }
  return seen;
}

test('targets get traffic in the proportion of their weights, and those of weight 0 none', async () => {
  const seen = (await answers(40, 80, 'GET / HTTP/1.1')).map(({ target }) => target);

  expect([1, 2, 3].map((index) => seen.filter((target) => target === `target ${index}`).length)).toEqual([30, 10, 0]);
});

test('a client with a cookie stays with its target, whatever it sends, and the target does not see the cookie', async () => {
  const [first] = await answers(1, 8000, 'GET / HTTP/1.1');
  const pair = (first?.cookie ?? '').split(';')[0] ?? '';
  const gets = await answers(6, 8000, 'GET / HTTP/1.1', `Cookie: ${pair}; other=1`);
  const posts = await answers(6, 8000, 'POST / HTTP/1.1', 'Content-Length: 0', `Cookie: ${pair}`);
  const without = await answers(6, 8000, 'GET / HTTP/1.1');

  expect(first?.cookie).toMatch(/^Session=[\w|+/]+; path=\/; HttpOnly; Max-Age=3600$/);
  expect(new Set([...gets, ...posts].map(({ target }) => target))).toEqual(new Set([first?.target]));
  expect(new Set(without.map(({ target }) => target)).size).toBe(3);
});

test('the cookie means the same to every proxy: it is made of the address, not of a place in a list', async () => {
  const values = (await answers(3, 8000, 'GET / HTTP/1.1')).map(({ cookie, target }) => [target, cookie.split(';')[0]]);
  const restarted = new Map(values.map(([target, pair]) => [target, pair]));

  expect(restarted.size).toBe(3);
  for (const [target, pair] of restarted) {
    expect((await answers(1, 8000, 'GET / HTTP/1.1', `Cookie: ${pair}`))[0]?.target).toBe(target);
  }
});

test('a cookie is for encrypted connections alone where the listener is', async () => {
  const cookie = await new Promise((resolve) => {
    request({ host: address, port: proxy.port(443), rejectUnauthorized: false }, ({ headers }) =>
      resolve(headers['set-cookie']?.[0]),
    ).end();
  });

  expect(cookie).toMatch(/^PROXYFLEET=.*; HttpOnly; Secure; Max-Age=3600$/i);
});

test('a target must have the certificate of the name that it is asked for, for requests and for checks', async () => {
  const [right, wrong] = await Promise.all(['/', '/wrong'].map((path) => ask(address, proxy.port(8008), path)));

  expect(right).toEqual({ status: 200, body: 'secure' });
  expect(wrong?.status).toBe(503);
  expect([...asked].sort()).toEqual(['app.example.com', 'other.example.com']);
});
