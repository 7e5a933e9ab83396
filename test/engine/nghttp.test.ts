/** HTTP/2 of both engines with clients that nobody here wrote: nghttp and h2load. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { check, optional } from '../templates/checkers';
import { loopbackAddress } from '../templates/haproxy-process';
import { close } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { at, certificate, listener, nginxText } from './listeners';
import { NGINX, NginxProcess } from './nginx-process';
import { configurationOf, certificate as secret, startProxy, withCertificates } from './running-fleet';

const HTTPS_PORT = 443;
const TARGET_PORT = 8080;
const TARGET = loopbackAddress(1);
const REQUESTS = 2000;
/** 12 KB, which no frame of HTTP/2 and no table of HPACK makes small. */
const FIELDS = Array.from({ length: 80 }, (_, index) => `x-field-${index}: ${`${index}~`.repeat(75).slice(0, 150)}`);
const directory = temporaryDirectory();
const nghttp = optional('nghttp', 'large headers and trailers of HTTP/2 are not tried');
const h2load = optional('h2load', 'many streams of HTTP/2 at a time are not tried');
const places = new Map<string, string>();
const stops: (() => unknown)[] = [];

/** Tells how much of the fields came through, and which trailers; its own trailer follows. */
const target = createServer((incoming, response) => {
  const came = FIELDS.map((field) => field.split(': ')).filter(([name, value]) => incoming.headers[name as string] === value);
  response.setHeader('Trailer', 'x-end');
  incoming.resume().on('end', () => {
    response.write(`${came.length} fields, trailers ${JSON.stringify(incoming.trailers)}`);
    response.addTrailers({ 'x-end': 'of the answer' });
    response.end();
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => target.listen(TARGET_PORT, TARGET, resolve));
  const text = configurationOf(directory, (fleet, stack) => {
    fleet
      .addListener('Https', { port: HTTPS_PORT, certificates: [secret(stack, 'app')] })
      .addTargets('App', at('10.0.0.1', TARGET_PORT));
  });
  const address = loopbackAddress(0);
  const haproxy = await startProxy(directory, withCertificates(text, directory, ['app.example.com']), address, {
    [`10.0.0.1:${TARGET_PORT}`]: { address: TARGET, port: TARGET_PORT },
  });
  stops.push(() => haproxy.stop());
  places.set('HAProxy', `https://${address}:${haproxy.port(HTTPS_PORT)}/`);
  if (NGINX === undefined) return;
  const config = listener({ port: HTTPS_PORT, certificates: [certificate()] }, { App: at(TARGET, TARGET_PORT) });
  const nginx = await NginxProcess.start(nginxText([config]), join(directory, 'nginx'), 2);
  stops.push(() => nginx.stop());
  places.set('nginx', `https://${nginx.address}:${nginx.port(HTTPS_PORT)}/`);
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await close(target);
});

/** What nghttp saw, frame by frame. */
async function request(engine: string, ...flags: string[]): Promise<string> {
  const place = places.get(engine) as string;
  return (await check(nghttp as string, ['--verbose', '--no-verify-peer', ...flags, place])).output;
}

const fields = FIELDS.flatMap((field) => ['--header', field]);

describe.each(['HAProxy', ...(NGINX === undefined ? [] : ['nginx'])])('%s', (engine) => {
  const withNghttp = nghttp === undefined ? test.skip : test;
  const withH2load = h2load === undefined ? test.skip : test;

  withNghttp('passes on 12 KB of headers', async () => {
    const seen = await request(engine, ...fields);

    expect(seen).toContain(':status: 200');
    expect(seen).toContain(`${FIELDS.length} fields`);
  });

  withH2load('answers each of 100 requests at a time of a connection', async () => {
    const flags = ['--requests', String(REQUESTS), '--clients', '4', '--max-concurrent-streams', '100'];
    const { output } = await check(h2load as string, [...flags, places.get(engine) as string]);

    expect(output).toContain('Application protocol: h2');
    expect(output).toContain(`${REQUESTS} succeeded, 0 failed, 0 errored, 0 timeout`);
    expect(output).toContain(`status codes: ${REQUESTS} 2xx`);
  });
});

(nghttp === undefined ? test.skip : test)('HAProxy passes on trailers, those of requests and those of answers', async () => {
  const body = join(directory, 'body');
  writeFileSync(body, 'well');

  const seen = await request('HAProxy', ...fields, '--no-content-length', '--data', body, '--trailer', 'x-sum: 7');

  expect(seen).toContain(`${FIELDS.length} fields, trailers {"x-sum":"7"}`);
  expect(seen).toContain('x-end: of the answer');
});
