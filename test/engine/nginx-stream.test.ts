/** TCP, TLS, SNI and the PROXY protocol, by a real nginx. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { ListenerCondition, ListenerProtocol, ProxyProtocolVersion, TargetProtocol } from 'cdk-proxy-fleet';
import { loopbackAddress } from '../templates/haproxy-process';
import { until } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { at, certificate, listener, newStack, nginxText } from './listeners';
import { complaintsOf, NGINX, NginxProcess } from './nginx-process';
import { listen, seenIn, speak, type Target, target } from './wire';

const directory = temporaryDirectory();
const withNginx = NGINX === undefined ? describe.skip : describe;
const V2 = Buffer.from('0d0a0d0a000d0a515549540a' + '21' + '11' + '000c' + 'cb007109' + '7f000001' + '0050' + '0051', 'hex');

withNginx('nginx with TCP and TLS listeners', () => {
  const servers: Server[] = [];
  let web: Target;
  let text: string;
  let proxy: NginxProcess;

  /** A server that says its name and repeats what it hears. */
  async function echo(name: string): Promise<number> {
    const server = createServer((socket) => {
      socket.on('error', () => undefined).on('data', (data) => socket.end(`${name} ${data.toString('latin1')}`, 'latin1'));
    });
    servers.push(server);
    return listen(server);
  }

  beforeAll(async () => {
    web = await target('web');
    const [plain, a, b] = [await echo('plain'), await echo('a'), await echo('b')];
    const stack = newStack();
    const sni = (name: string, priority: number) => ({ conditions: [ListenerCondition.sniHosts([name])], priority });
    const v1 = { sendProxyProtocol: ProxyProtocolVersion.V1 };
    text = nginxText([
      listener({ port: 5001, maxConnections: 1 }, { Plain: at('127.0.0.1', plain) }),
      listener(
        { port: 5002 },
        { B: at('127.0.0.1', b, sni('*.example.com', 2)), A: at('127.0.0.1', a, sni('A.example.com', 1)) },
      ),
      listener({ port: 5003, acceptProxyProtocol: true }, { Plain: at('127.0.0.1', plain, v1) }),
      listener(
        { port: 5004, protocol: ListenerProtocol.TLS, certificates: [certificate('c', stack)] },
        { Plain: at('127.0.0.1', plain) },
      ),
      listener({ port: 5005 }, { Tls: at('127.0.0.1', 0, { port: 15004, protocol: TargetProtocol.TLS }) }),
      listener({ port: 8080, acceptProxyProtocol: true }, { Web: at('127.0.0.1', web.port) }),
    ]).replaceAll('127.0.0.1:15004', `${loopbackAddress(0)}:5004`);
    proxy = await NginxProcess.start(text, directory);
  });
  afterAll(async () => {
    await proxy?.stop();
    for (const server of [...servers, web.server]) server.close();
  });

  /** What comes back over TLS, with the host named. */
  async function overTls(port: number, servername: string): Promise<string> {
    const socket = connectTls({ host: proxy.address, port, servername, rejectUnauthorized: false });
    socket.on('error', () => undefined).on('secureConnect', () => socket.write('hello'));
    let heard = '';
    socket.on('data', (data) => {
      heard += data.toString();
    });
    await once(socket, 'close');
    return heard;
  }

  test('is accepted without a warning', () => {
    expect(complaintsOf(text, `${directory}/check`)).toBe('');
  });

  test('passes bytes on', async () => {
    expect(await speak(proxy.address, 5001, 'hello')).toBe('plain hello');
  });

  test('closes connections beyond the most that a listener takes', async () => {
    const held = speak(proxy.address, 5001, '', 1500);
    await new Promise((resolve) => setTimeout(resolve, 200));

    expect(await speak(proxy.address, 5001, 'hello')).toBe('');
    await held;
    const later = await until(
      () => speak(proxy.address, 5001, 'hello'),
      (heard) => heard !== '',
    );
    expect(later).toBe('plain hello');
  });

  test.each([
    ['a.example.com', 'a'],
    ['b.EXAMPLE.com', 'b'],
    ['example.org', undefined],
  ])('passes TLS for %s on to %s, by the name in its first message', async (name, expected) => {
    const hello = await helloFor(name);

    const heard = await speak(proxy.address, 5002, hello);

    expect(heard === '' ? undefined : heard.split(' ')[0]).toBe(expected);
    if (expected) expect(heard).toBe(`${expected} ${hello.toString('latin1')}`);
  });

  test('reads both versions of the PROXY protocol and tells a target of the client in version 1', async () => {
    const one = await speak(proxy.address, 5003, 'PROXY TCP4 203.0.113.9 127.0.0.1 80 81\r\nhello');
    const two = await speak(proxy.address, 5003, Buffer.concat([V2, Buffer.from('hello')]));

    expect(one).toMatch(/^plain PROXY TCP4 203\.0\.113\.9 127\.\S+ 80 5003\r\nhello$/);
    expect(two).toMatch(/^plain PROXY TCP4 203\.0\.113\.9 127\.\S+ 80 5003\r\nhello$/);
  });

  test('closes a connection that has to begin with the PROXY protocol and does not', async () => {
    expect(await speak(proxy.address, 5003, 'hello world, this is no header\r\n')).toBe('');
  });

  test('tells HTTP targets the address and the port that the PROXY protocol told', async () => {
    const request = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n';

    const one = seenIn(await speak(proxy.address, 8080, `PROXY TCP4 203.0.113.9 127.0.0.1 80 81\r\n${request}`));
    const two = seenIn(await speak(proxy.address, 8080, Buffer.concat([V2, Buffer.from(request)])));

    expect([one?.headers['x-forwarded-for'], two?.headers['x-forwarded-for']]).toEqual(['203.0.113.9', '203.0.113.9']);
    expect([one?.headers['x-forwarded-port'], two?.headers['x-forwarded-port']]).toEqual(['81', '81']);
    expect(await speak(proxy.address, 8080, request)).not.toContain('200 OK');
  });

  test('ends TLS of clients, and speaks TLS with targets', async () => {
    expect(await overTls(5004, 'x')).toBe('plain hello');
    expect(await speak(proxy.address, 5005, 'hello')).toBe('plain hello');
  });
});

/** The first message of a TLS client that names a host. */
async function helloFor(servername: string): Promise<Buffer> {
  const server = createServer();
  const port = await listen(server);
  const client = connectTls({ host: '127.0.0.1', port, servername });
  client.on('error', () => undefined);
  const [socket] = await once(server, 'connection');
  const [hello] = await once(socket, 'data');
  socket.destroy();
  server.close();
  return hello;
}
