import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Forwarder } from '../../../rehearsal/planes/forwarder';

const VIRTUAL = '127.77.2.1';
const PROXIES = ['127.77.2.2', '127.77.2.3'];

async function rig() {
  const servers: Server[] = [];
  let port = 0;
  for (const address of PROXIES) {
    const server = createServer((_, response) => response.end(address));
    await once(server.listen(port, address), 'listening');
    ({ port } = server.address() as AddressInfo);
    servers.push(server);
  }
  const forwarder = new Forwarder(VIRTUAL, [port]);
  await forwarder.start();
  const ask = () =>
    new Promise<string>((resolve) => {
      const call = request({ host: VIRTUAL, port, agent: false }, (response) => {
        response.setEncoding('utf8').on('data', resolve);
      });
      call.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      call.end();
    });
  const stop = async () => {
    await forwarder.stop();
    for (const server of servers) server.closeAllConnections();
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  };
  return { forwarder, port, ask, stop };
}

test('a move resets open connections and leads new ones to the other proxy', async () => {
  const { forwarder, port, ask, stop } = await rig();
  forwarder.point(PROXIES[0]);
  const open = connect(port, VIRTUAL);
  await once(open, 'connect');
  expect(await ask()).toBe(PROXIES[0]);
  const failed = once(open, 'error');
  forwarder.point(PROXIES[1]);

  expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
  expect(await ask()).toBe(PROXIES[1]);
  await stop();
});

test('an address whose proxy is gone refuses, so that a client may try the next one, until a proxy is there again', async () => {
  const { forwarder, ask, stop } = await rig();
  forwarder.point(PROXIES[0]);
  forwarder.refuse();
  expect(await ask()).toBe('ECONNREFUSED');
  forwarder.point(PROXIES[1]);
  await forwarder.accept();

  expect(await ask()).toBe(PROXIES[1]);
  void forwarder.accept();
  forwarder.refuse();
  const reopened = forwarder.accept();
  forwarder.refuse();
  await reopened;
  expect(await ask()).toBe('ECONNREFUSED');
  await stop();
});

const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
/** Those of other tests that ran in this process. */
const foreign = sockets();

// Node keeps a socket, and with it the process, that is reset after its own end.
afterEach(async () => {
  for (let tries = 0; tries < 50 && sockets() > foreign; tries++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(sockets()).toBeLessThanOrEqual(foreign);
});
