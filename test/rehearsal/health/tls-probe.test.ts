import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import type { SecureVersion, TLSSocket } from 'node:tls';
import { ADDRESS, type Endpoint, listen, listenMute } from './endpoint';
import { closeAll, keep, look as lookAt } from './look';
import { expiredCertificate } from './self-signed';

afterEach(closeAll);

const HOST = 'www.example.com';
const named = { type: 'HTTPS', fullyQualifiedDomainName: HOST } as const;
const HEALTHY = { healthy: true, reason: 'status 200' };
/** Alert "unrecognized name", fatal. */
const ALERT = Buffer.from('15030100020270', 'hex');

/** Slow enough for two handshakes on a busy machine: two seconds are 400 ms. */
const look = (port: number, check: Parameters<typeof lookAt>[1]) => lookAt(port, check, 5);

interface Heard {
  /** Of each connection the name in its handshake, if there was one. */
  readonly names: (string | undefined)[];
}

/** An HTTPS server whose certificate is for `host`. `refuses`: names at which it breaks the handshake off, by alert. */
async function secure(host: string, refuses: (name: string | undefined) => boolean = () => false): Promise<Endpoint & Heard> {
  const names: Heard['names'] = [];
  const https = await keep(listen(createHttpsServer(expiredCertificate(host), (_, response) => void response.end())));
  const front = createServer((socket) => {
    socket.once('data', (hello) => {
      const name = hello.includes(HOST) ? HOST : undefined;
      names.push(name);
      if (refuses(name)) return void socket.end(ALERT);
      const behind = connect({ host: ADDRESS, port: https.port });
      behind.write(hello);
      behind
        .on('error', () => undefined)
        .pipe(socket)
        .pipe(behind);
    });
  });
  return Object.assign(await keep(listen(front)), { names });
}

test('names the host in the handshake, and is content with a certificate for it', async () => {
  const { port, names } = await secure(HOST);

  expect(await look(port, named)).toEqual(HEALTHY);
  expect(names).toEqual([HOST]);
});

test('the certificate of another host makes it ask once more without the name, and then it believes what it gets', async () => {
  const { port, names } = await secure('somebody else');

  expect(await look(port, named)).toEqual(HEALTHY);
  expect(names).toEqual([HOST, undefined]);
});

test('an endpoint that breaks off at the name is asked once more without it', async () => {
  const { port, names } = await secure(HOST, (name) => name !== undefined);

  expect(await look(port, named)).toEqual(HEALTHY);
  expect(names).toEqual([HOST, undefined]);
});

test('an endpoint with the certificate of another host that insists on a name is unhealthy', async () => {
  const { port, names } = await secure('somebody else', (name) => name === undefined);

  const { healthy, reason } = await look(port, named);

  expect(healthy).toBe(false);
  expect(reason).toMatch(/unrecognized name/);
  expect(names).toEqual([HOST, undefined]);
});

test.each([
  ['names are not enabled', { ...named, enableSni: false }],
  ['the check has none', { type: 'HTTPS' }],
] as const)('names no host where %s', async (_, check) => {
  const { port, names } = await secure(HOST);

  expect(await look(port, check)).toEqual(HEALTHY);
  expect(names).toEqual([undefined]);
});

test('names the host by default', async () => {
  const { port, names } = await secure(HOST);

  await look(port, { ...named, enableSni: undefined });

  expect(names).toEqual([HOST]);
});

test.each<SecureVersion>(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'])('takes %s', async (version) => {
  const versions: unknown[] = [];
  const options = { ...expiredCertificate(HOST), minVersion: version, maxVersion: version, ciphers: 'DEFAULT:@SECLEVEL=0' };
  const server = createHttpsServer(options, ({ socket }, response) => {
    versions.push((socket as TLSSocket).getProtocol());
    response.end();
  });
  const { port } = await keep(listen(server));

  expect(await look(port, named)).toEqual(HEALTHY);
  expect(versions).toEqual([version]);
});

test('both handshakes together have two seconds', async () => {
  const waiting: Socket[] = [];
  const server = createServer((socket) => {
    // The first is refused after 1.5 simulated seconds, the second never answered.
    if (waiting.push(socket) === 1) setTimeout(() => socket.end(ALERT), 300);
  });
  const { port } = await keep(listen(server));
  const start = performance.now();

  expect(await look(port, named)).toEqual({ healthy: false, reason: 'no status within 2 s' });
  expect(performance.now() - start).toBeLessThan(690);
  expect(waiting).toHaveLength(2);
});

test('no socket is left after a handshake that never ends', async () => {
  const mute = await keep(listenMute());

  await look(mute.port, named);

  for (let wait = 0; mute.open.size > 0 && wait < 50; wait += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(mute.open.size).toBe(0);
});
