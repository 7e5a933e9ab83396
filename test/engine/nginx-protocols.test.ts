/** HTTP/2, WebSocket, TLS to both sides and time limits, by a real nginx. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect as connectH2 } from 'node:http2';
import { createServer as createSecure } from 'node:https';
import { Duration } from 'aws-cdk-lib';
import { ProxyTargets, TargetProtocol } from 'cdk-proxy-fleet';
import { check, optional } from '../templates/checkers';
import { temporaryDirectory } from '../templates/synth';
import { at, certificate, listener, nginxText } from './listeners';
import { NGINX, NginxProcess } from './nginx-process';
import { listen, seenIn, speak, type Target, target } from './wire';

const directory = temporaryDirectory();
const openssl = optional('openssl', 'TLS of nginx is not looked at from outside');
const ready = NGINX !== undefined && openssl !== undefined;
const withNginx = ready ? describe : describe.skip;

withNginx('nginx with HTTP and HTTPS listeners', () => {
  let web: Target;
  let proxy: NginxProcess;
  const secure = createSecure((_, response) => response.end('{"target":"secure"}'));

  /** The same target at another address. */
  const second = createServer((incoming, response) => web.server.emit('request', incoming, response));
  second.on('upgrade', (...args) => web.server.emit('upgrade', ...args));

  beforeAll(async () => {
    mkdirSync(directory, { recursive: true });
    const files = ['-keyout', `${directory}/key.pem`, '-out', `${directory}/authorities.pem`];
    const subject = ['-subj', '/CN=app.example.com', '-addext', 'subjectAltName=DNS:app.example.com'];
    execFileSync(openssl as string, ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...subject], {
      stdio: 'ignore',
    });
    const cert = readFileSync(`${directory}/authorities.pem`);
    secure.setSecureContext({ cert, key: readFileSync(`${directory}/key.pem`) });
    const securePort = await listen(secure);
    web = await target('web');
    web.server.on('upgrade', (incoming, socket) => {
      const { upgrade, connection } = incoming.headers;
      socket
        .on('error', () => undefined)
        .write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
      socket.write(`${upgrade} ${connection};`);
      setTimeout(() => socket.end('later'), 2600);
    });
    web.server.prependListener('request', ({ url }, response) => {
      if (url === '/slow') response.end = () => response;
    });
    const toSecure = (tlsServerName?: string) => at('127.0.0.1', securePort, { protocol: TargetProtocol.HTTPS, tlsServerName });
    const twice = { targets: ProxyTargets.ipAddresses(['127.0.0.1', '127.0.0.2']), port: web.port };
    await new Promise<void>((resolve) => second.listen(web.port, '127.0.0.2', resolve));
    const text = nginxText([
      listener({ port: 443, certificates: [certificate()] }, { Web: at('127.0.0.1', web.port) }),
      listener({ port: 80, idleTimeout: Duration.seconds(2), connectTimeout: Duration.seconds(1) }, { Web: twice }),
      listener({ port: 8080 }, { Secure: toSecure() }),
      listener({ port: 8000 }, { Secure: toSecure('app.example.com') }),
      listener({ port: 8008 }, { Secure: toSecure('other.example.com') }),
    ]);
    const [, file = ''] = /ssl_certificate \S*\/(\S+);/.exec(text) ?? [];
    writeFileSync(`${directory}/${file}`, Buffer.concat([cert, readFileSync(`${directory}/key.pem`)]));
    proxy = await NginxProcess.start(text, directory);
  });
  afterAll(async () => {
    await proxy?.stop();
    for (const server of [web?.server, second, secure]) {
      server?.closeAllConnections();
      server?.close();
    }
  });

  const get = (port: number, path = '/', more = 'Connection: close\r\n', silence = 5000) =>
    speak(proxy.address, proxy.port(port), `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`, silence);

  test('speaks HTTP/2 with clients and tells targets of HTTPS', async () => {
    const session = connectH2(`https://${proxy.address}:${proxy.port(443)}`, { rejectUnauthorized: false });
    const stream = session.request({ ':path': '/two', ':authority': 'two.example.com' });
    let body = '';
    for await (const part of stream) body += part;
    session.close();

    expect(session.alpnProtocol).toBe('h2');
    expect(JSON.parse(body)).toMatchObject({
      url: '/two',
      headers: { host: 'two.example.com', 'x-forwarded-proto': 'https' },
    });
  });

  test.each([
    [['-tls1_3'], true],
    [['-tls1_2', '-cipher', 'ECDHE-RSA-AES128-GCM-SHA256'], true],
    [['-tls1_2', '-cipher', 'ECDHE-RSA-CHACHA20-POLY1305'], true],
    [['-tls1_2', '-cipher', 'AES128-GCM-SHA256'], false],
    [['-tls1_2', '-cipher', 'ECDHE-RSA-AES128-SHA'], false],
    [['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'], false],
    [['-tls1', '-cipher', 'ALL:@SECLEVEL=0'], false],
  ])('keeps to the TLS policy: %j %s', async (flags, accepted) => {
    const place = `${proxy.address}:${proxy.port(443)}`;
    const { output } = await check('/bin/sh', ['-c', `'${openssl}' s_client -connect ${place} ${flags.join(' ')} </dev/null`]);

    expect(/Cipher is \(NONE\)/.test(output)).toBe(!accepted);
    // In version 1.3 what is called a ticket is a number only, if the server keeps sessions itself.
    if (flags[0] === '-tls1_2') expect(output).not.toContain('TLS session ticket:');
  });

  test('lets a WebSocket through, silent for longer than a request may be', async () => {
    const heard = await get(80, '/', 'Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n');

    expect(heard).toMatch(/^HTTP\/1\.1 101 [\s\S]*websocket upgrade;later$/);
  });

  test('lets no other upgrade through', async () => {
    const seen = seenIn(
      await get(80, '/', 'Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n'),
    );

    expect(seen?.url).toBe('/');
    expect([seen?.headers.upgrade, seen?.headers.connection]).toEqual([undefined, undefined]);
  });

  test('gives up on a target that is silent for too long, and does not ask again', async () => {
    const before = web.seen.filter(({ url }) => url === '/slow').length;

    expect(await get(80, '/slow')).toMatch(/^HTTP\/1\.1 504 /);
    expect(web.seen.filter(({ url }) => url === '/slow').length - before).toBe(1);
  });

  test('speaks TLS with targets, and believes only the name that it was told', async () => {
    const names = [8080, 8000, 8008].map(async (port) => (await get(port)).split('\r\n')[0]);

    expect(await Promise.all(names)).toEqual(['HTTP/1.1 200 OK', 'HTTP/1.1 200 OK', 'HTTP/1.1 502 Bad Gateway']);
    expect(proxy.said).toContain('upstream SSL certificate does not match "other.example.com"');
  });
});
