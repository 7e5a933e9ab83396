/** Which targets a request gets, in a real HAProxy. */
import type { Server } from 'node:http';
import { request } from 'node:http';
import { Duration, Lazy } from 'aws-cdk-lib';
import { ListenerCondition, ProxyTargets, TargetHealthCheck } from 'cdk-proxy-fleet';
import { type HaproxyProcess, loopbackAddress } from '../templates/haproxy-process';
import { close, serve, until } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { configurationOf, startProxy } from './running-fleet';

const address = loopbackAddress(0);
const directory = temporaryDirectory();
const healthCheck = TargetHealthCheck.http({ interval: Duration.seconds(1), rise: 1 });
const NAMES = ['Exact', 'Wildcard', 'Path', 'Both', 'Rest'];
const servers: Server[] = [];
let proxy: HaproxyProcess;

const group = (name: string) => ({
  targets: ProxyTargets.ipAddresses([`10.0.0.${NAMES.indexOf(name) + 1}`]),
  port: 8080,
  healthCheck,
});
const { hostHeaders, pathPatterns } = ListenerCondition;

beforeAll(async () => {
  const configuration = configurationOf(directory, (fleet) => {
    const domain = Lazy.string({ produce: () => 'filled-in.example' });
    const listener = fleet.addListener('Http', { port: 80 });
    listener.addTargets('Rest', group('Rest'));
    listener.addTargets('Wildcard', {
      ...group('Wildcard'),
      priority: 20,
      conditions: [hostHeaders(['*.example.com', 'a?.example.net', `*.${domain}`, `b?.${domain}`, `${domain}.*`])],
    });
    listener.addTargets('Exact', {
      ...group('Exact'),
      priority: 10,
      conditions: [hostHeaders(['www.example.com', 'example.org'])],
    });
    listener.addTargets('Path', { ...group('Path'), priority: 40, conditions: [pathPatterns(['/static/*', '/v?/ping'])] });
    listener.addTargets('Both', {
      ...group('Both'),
      priority: 30,
      conditions: [hostHeaders(['api.example.net']), pathPatterns(['/static/*'])],
    });
    const partial = fleet.addListener('Partial', { port: 8080 });
    partial.addTargets('Only', { ...group('Exact'), priority: 1, conditions: [hostHeaders(['only.example.com'])] });
  });
  const places = NAMES.map((_, index) => ({ address: loopbackAddress(index + 1), port: 8080 }));
  for (const [index, place] of places.entries()) servers.push(await serve(place.address, place.port, () => NAMES[index] ?? ''));
  proxy = await startProxy(
    directory,
    configuration,
    address,
    Object.fromEntries(places.map((place, index) => [`10.0.0.${index + 1}:8080`, place])),
  );
  await until(
    () => asked('www.example.com', '/'),
    ({ body }) => body === 'Exact',
  );
}, 30_000);

afterAll(async () => {
  await proxy?.stop();
  await Promise.all(servers.map(close));
});

function asked(host: string, path: string, { method = 'GET', port = 80 } = {}): Promise<{ status?: number; body: string }> {
  return new Promise((resolve) => {
    const call = request(
      { host: address, port: proxy.port(port), path, method, agent: false, headers: { Host: host } },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (text: string) => {
          body += text;
        });
        answer.on('end', () => resolve({ status: answer.statusCode, body }));
      },
    );
    call.on('error', () => resolve({ body: '' }));
    call.end();
  });
}

test.each([
  ['www.example.com', '/', 'Exact'],
  ['WWW.Example.COM:80', '/', 'Exact'],
  ['example.org', '/static/a', 'Exact'],
  ['shop.example.com', '/', 'Wildcard'],
  ['a1.example.net', '/', 'Wildcard'],
  ['a12.example.net', '/', 'Rest'],
  ['shop.filled-in.example', '/', 'Wildcard'],
  ['b1.Filled-In.example', '/', 'Wildcard'],
  ['filled-in.example.org', '/', 'Wildcard'],
  ['filled-in.example', '/', 'Rest'],
  ['b1.filled-inXexample', '/', 'Rest'],
  ['wwwxexample.com', '/', 'Rest'],
  ['example.com', '/', 'Rest'],
  ['api.example.net', '/static/x', 'Both'],
  ['api.example.net', '/other', 'Rest'],
  ['else.example.net', '/static/x?y=1', 'Path'],
  ['else.example.net', '/v1/ping', 'Path'],
  ['else.example.net', '/v12/ping', 'Rest'],
  ['else.example.net', '/STATIC/x', 'Rest'],
  ['else.example.net', '/?x=/static/', 'Rest'],
])('a request for %s%s gets the targets %s, whatever its method', async (host, path, name) => {
  expect((await asked(host, path)).body).toBe(name);
  expect((await asked(host, path, { method: 'POST' })).body).toBe(name);
});

test('what no group wants is answered with status 404 where no group takes the rest', async () => {
  expect(await asked('only.example.com', '/', { port: 8080 })).toEqual({ status: 200, body: 'Exact' });
  expect((await asked('other.example.com', '/', { port: 8080 })).status).toBe(404);
});
