/** The headers that a health checker sends, and those that it takes. */
import type { IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer } from 'node:net';
import { socketProbe } from '../../../rehearsal/health/probe';
import { checkOf, listen, listenHttp } from './endpoint';
import { closeAll, keep, look, serve } from './look';
import { expiredCertificate } from './self-signed';

afterEach(closeAll);

const HOST = 'www.example.com';
const raw = (text: string) => keep(listen(createServer((socket) => void socket.once('data', () => socket.end(text, 'latin1')))));

test.each([
  ['HTTP', HOST, 80, HOST],
  ['HTTP', HOST, 443, `${HOST}:443`],
  ['HTTP', HOST, 8404, `${HOST}:8404`],
  ['HTTPS', HOST, 443, HOST],
  ['HTTPS', HOST, 80, `${HOST}:80`],
  ['HTTP_STR_MATCH', HOST, 80, HOST],
  ['HTTPS_STR_MATCH', HOST, 443, HOST],
  ['HTTP', undefined, 80, '203.0.113.1'],
  ['HTTPS', undefined, 8443, '203.0.113.1:8443'],
] as const)('%s of %s on port %d sends the Host header %s', async (type, fullyQualifiedDomainName, port, host) => {
  const hosts: unknown[] = [];
  const answered = (request: IncomingMessage, response: { end(text: string): void }) => {
    hosts.push(request.headers.host);
    response.end('well');
  };
  const secure = () => keep(listen(createHttpsServer(expiredCertificate(HOST), answered)));
  const endpoint = type.startsWith('HTTPS') ? await secure() : await serve(answered);

  const { healthy } = await look(endpoint.port, { type, fullyQualifiedDomainName, port, searchString: 'well' }, 5);

  expect([healthy, hosts]).toEqual([true, [host]]);
});

/** A response whose headers have so many bytes, the ends of their lines among them. */
function headersOf(bytes: number): string {
  const fields = Array.from({ length: 16 }, (_, index) => `X-${index}: `.padEnd(1_000, 'x'));
  const last = 'Connection: close\r\nX-Last: \r\n'.length;
  const rest = bytes - fields.reduce((sum, field) => sum + field.length + 2, last);
  return `HTTP/1.1 200 OK\r\n${fields.join('\r\n')}\r\nConnection: close\r\nX-Last: ${'y'.repeat(rest)}\r\n\r\n`;
}

test.each([
  [16_384, { healthy: true, reason: 'status 200' }],
  [16_385, { healthy: false, reason: 'headers of 16385 bytes' }],
])('of headers with %d bytes it makes %p', async (bytes, expected) => {
  const { port } = await raw(headersOf(bytes));

  expect(await look(port)).toEqual(expected);
});

test('headers that never end are unhealthy without being kept', async () => {
  const { port } = await raw(headersOf(100_000));

  expect((await look(port)).reason).toMatch(/Header overflow/i);
});

test.each([
  ['without a colon', 'Server nginx'],
  ['with a blank before the colon', 'Server : nginx'],
  ['without a name', ': nginx'],
  ['with a character that no name may have', 'Ser(ver: nginx'],
  ['with a control character in the value', 'Server: ng\0inx'],
  ['with two lengths that differ', 'Content-Length: 1\r\nContent-Length: 2'],
])('a header %s is unhealthy', async (_, header) => {
  const { port } = await raw(`HTTP/1.1 200 OK\r\n${header}\r\n\r\n`);

  expect((await look(port)).healthy).toBe(false);
});

test.each([
  ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\n\r\n'],
  ['without a reason', 'HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n'],
  ['after an interim one', 'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n'],
  ['with an empty header', 'HTTP/1.1 200 OK\r\nX-Empty:\r\n\r\n'],
])('a response %s is healthy', async (_, text) => {
  const { port } = await raw(text);

  expect((await look(port)).healthy).toBe(true);
});

test('an IPv6 endpoint is dialled as such', async () => {
  const six = createServer((socket) => void socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\n\r\n')));
  const four = await keep(listenHttp((_, response) => void response.writeHead(503).end()));
  const started = await new Promise<boolean>((resolve) => {
    six.once('error', () => resolve(false)).listen(four.port, '::1', () => resolve(true));
  });
  if (!started) return void process.stdout.write('skipped: no IPv6 on this machine to dial an endpoint by\n');
  const probe = socketProbe({
    dial: (address, port) => ({ address: address === '2001:db8::1' ? '::1' : address, port }),
    resolve: async () => [],
    wall: (simulated) => simulated / 20,
  });

  const result = await probe(checkOf({ ipAddress: '2001:db8::1', port: four.port }), new AbortController().signal);
  six.close();

  expect(result).toEqual({ healthy: true, reason: 'status 200' });
});
