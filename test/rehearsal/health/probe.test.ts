import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EndpointCheck } from '../../../rehearsal/health/health-check';
import { socketProbe } from '../../../rehearsal/health/probe';
import { blackHole } from '../black-hole';
import { ADDRESS, checkOf, listen, listenMute, refusedPort } from './endpoint';
import { closeAll, keep, look, serve } from './look';
import { expiredCertificate } from './self-signed';

afterEach(closeAll);

async function elapsed<T>(running: Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const result = await running;
  return [result, performance.now() - start];
}

describe('status', () => {
  test.each([
    [199, false],
    [200, true],
    [204, true],
    [302, true],
    [399, true],
    [400, false],
    [503, false],
  ])('%d is healthy: %p', async (status, healthy) => {
    const { port } = await serve((_, response) => void response.writeHead(status, { Connection: 'close' }).end());

    expect((await look(port)).healthy).toBe(healthy);
  });

  test('the reason is the status', async () => {
    const { port } = await serve((_, response) => void response.writeHead(503).end());

    expect(await look(port)).toEqual({ healthy: false, reason: 'status 503' });
  });

  test('a redirect is not followed', async () => {
    const paths: unknown[] = [];
    const { port } = await serve((request, response) => {
      paths.push(request.url);
      response.writeHead(301, { Location: '/elsewhere' }).end();
    });

    await look(port, { resourcePath: '/healthz' });

    expect(paths).toEqual(['/healthz']);
  });
});

describe('request', () => {
  const seen = async (check: Partial<EndpointCheck>) => {
    let request: IncomingMessage | undefined;
    const { port } = await serve((incoming, response) => {
      request = incoming;
      response.end();
    });
    await look(port, check);
    return { method: request?.method, url: request?.url, host: request?.headers.host };
  };

  test.each([
    ['203.0.113.1', 8404, '203.0.113.1:8404'],
    ['203.0.113.1', 80, '203.0.113.1'],
    ['203.0.113.1', 443, '203.0.113.1:443'],
    ['2001:db8::1', 8404, '[2001:db8::1]:8404'],
  ])('for %s port %d the Host header is %s', async (ipAddress, port, host) => {
    expect(await seen({ ipAddress, port })).toEqual({ method: 'GET', url: '/', host });
  });

  test('asks for the path of the check', async () => {
    expect((await seen({ resourcePath: '/healthz?deep=1' })).url).toBe('/healthz?deep=1');
  });

  test('dials where the address is played', async () => {
    const { port } = await serve((_, response) => void response.end());
    const dialled: unknown[] = [];
    const probe = socketProbe({
      dial: (...place) => {
        dialled.push(place);
        return { address: ADDRESS, port };
      },
      resolve: async () => [],
      wall: (simulated) => simulated / 20,
    });

    await probe(checkOf(), new AbortController().signal);

    expect(dialled).toEqual([['203.0.113.1', 8404]]);
  });
});

describe('HTTPS', () => {
  test('believes any certificate, and leaves the port of the protocol out of the Host header', async () => {
    const hosts: unknown[] = [];
    const { port } = await keep(
      listen(
        createHttpsServer(expiredCertificate(), (request, response) => {
          hosts.push(request.headers.host);
          response.end();
        }),
      ),
    );

    const https = await look(port, { type: 'HTTPS', port: 443 });
    const plain = await look(port, { type: 'HTTP' });

    expect(https).toEqual({ healthy: true, reason: 'status 200' });
    expect(hosts).toEqual(['203.0.113.1']);
    expect(plain.healthy).toBe(false);
  });

  test('a handshake that never ends counts to the two seconds after the connect', async () => {
    const { port } = await keep(listenMute());

    const [result, took] = await elapsed(look(port, { type: 'HTTPS' }));

    expect(result).toEqual({ healthy: false, reason: 'no status within 2 s' });
    expect(took).toBeGreaterThan(95);
  });
});

describe('timeouts', () => {
  test('accepts and never answers: unhealthy two simulated seconds after the connect', async () => {
    const { port } = await keep(listenMute());

    const [result, took] = await elapsed(look(port));

    expect(result).toEqual({ healthy: false, reason: 'no status within 2 s' });
    expect(took).toBeGreaterThan(95);
    expect(took).toBeLessThan(195);
  });

  test('refuses: unhealthy at once', async () => {
    const port = await refusedPort();

    const [http, took] = await elapsed(look(port));

    expect(http).toEqual({ healthy: false, reason: 'connection refused' });
    expect(took).toBeLessThan(90);
    expect(await look(port, { type: 'TCP' })).toEqual({ healthy: false, reason: 'connection refused' });
  });

  test('a black hole takes four simulated seconds over HTTP and ten over TCP', async () => {
    const hole = await blackHole(ADDRESS);

    const [[http, httpMs], [tcp, tcpMs]] = await Promise.all([
      elapsed(look(hole.port)),
      elapsed(look(hole.port, { type: 'TCP' })),
    ]);
    await hole.close();

    expect(http).toEqual({ healthy: false, reason: 'no connection within 4 s' });
    expect(tcp).toEqual({ healthy: false, reason: 'no connection within 10 s' });
    expect(httpMs).toBeGreaterThan(195);
    expect(tcpMs).toBeGreaterThan(495);
  });

  test('a status after 1.9 s is in time and after 2.1 s is not, and so is a body after it', async () => {
    const late = (statusMs: number, bodyMs: number) => async (_: IncomingMessage, response: ServerResponse) => {
      await sleep(statusMs);
      response.writeHead(200).flushHeaders();
      await sleep(bodyMs);
      response.end('all is well');
    };
    const match = { type: 'HTTP_STR_MATCH', searchString: 'well' } as const;
    const ports = await Promise.all([late(1_900, 0), late(2_100, 0), late(0, 1_900), late(0, 2_100)].map(serve));
    const [status19, status21, body19, body21] = ports.map(({ port }) => port) as [number, number, number, number];

    const results = await Promise.all([
      look(status19, {}, 1),
      look(status21, {}, 1),
      look(body19, match, 1),
      look(body21, match, 1),
    ]);

    expect(results).toEqual([
      { healthy: true, reason: 'status 200' },
      { healthy: false, reason: 'no status within 2 s' },
      { healthy: true, reason: 'string found' },
      { healthy: false, reason: 'string not found within 2 s' },
    ]);
  });
});

test('TCP asks for no more than a connection', async () => {
  const { port } = await keep(listenMute());

  expect(await look(port, { type: 'TCP' })).toEqual({ healthy: true, reason: 'connected' });
});

describe('what else an endpoint may do', () => {
  const raw = (text: string) => keep(listen(createServer((socket) => void socket.end(text))));

  test.each([
    ['hangs up without a word', ''],
    ['speaks no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['switches protocols', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'],
    ['sends headers without end', `HTTP/1.1 200 OK\r\n${`X: ${'x'.repeat(1_000)}\r\n`.repeat(17)}\r\n`],
  ])('%s: unhealthy', async (_, text) => {
    const { port } = await raw(text);

    expect((await look(port)).healthy).toBe(false);
  });

  test('a path that no request can have is unhealthy too', async () => {
    expect((await look(1, { resourcePath: '/with blank' })).healthy).toBe(false);
  });
});

test.each([
  ['HTTP', 'HTTP' as const],
  ['TCP', 'TCP' as const],
])('no socket is left after a probe over %s', async (_, type) => {
  const mute = await keep(listenMute());

  await look(mute.port, { type });

  for (let wait = 0; mute.open.size > 0 && wait < 50; wait += 1) await sleep(10);
  expect(mute.open.size).toBe(0);
});

test('an aborted probe ends at once', async () => {
  const mute = await keep(listenMute());
  const abort = new AbortController();

  const running = elapsed(look(mute.port, {}, 0.1, abort.signal));
  abort.abort();

  const [{ healthy }, took] = await running;
  expect(healthy).toBe(false);
  expect(took).toBeLessThan(1_000);
});
