/** That a proxy whose listener is full still answers for its life: it must not be taken for one that hangs. */
import { connect, type Socket } from 'node:net';
import { ListenerProtocol, ProxyTargets } from 'cdk-proxy-fleet';
import { MAX_CONNECTIONS } from '../../lib/engine/haproxy-sections';
import { HEALTH_PORT, LIVE_PATH } from '../../lib/private/contract';
import { localPort } from '../../rehearsal/proxies/surroundings';
import { loopbackAddress } from '../templates/haproxy-process';
import { ask, close, serve, until } from '../templates/loopback';
import { temporaryDirectory } from '../templates/synth';
import { configurationOf, startProxy } from './running-fleet';

/** What is left of the library's limit and of HAProxy's own, which is a few thousand above it. */
const [LISTENER, IN_ALL] = [20, 24];

const directory = temporaryDirectory();

test('a listener that is full of connections that stay leaves room for the health port', async () => {
  // GIVEN
  const address = loopbackAddress(4);
  const written = configurationOf(directory, (fleet) => {
    const targets = ProxyTargets.ipAddresses(['10.0.0.1']);
    fleet.addListener('Tcp', { port: 5432, protocol: ListenerProtocol.TCP }).addTargets('Db', { targets, port: 5432 });
  });
  const small = written
    .replace(`maxconn ${MAX_CONNECTIONS}`, `maxconn ${LISTENER}`)
    .replace('global\n', `global\n    maxconn ${IN_ALL}\n`);
  const target = await serve(address, 15_999, () => '');
  const proxy = await startProxy(directory, small, address, { '10.0.0.1:5432': { address, port: 15_999 } });
  const open: Socket[] = [];
  try {
    // WHEN
    for (let index = 0; index < 2 * LISTENER; index++) open.push(connect(localPort(5432), address).on('error', () => undefined));
    const served = await until(
      () => new Promise<number>((resolve) => target.getConnections((_, count) => resolve(count))),
      (count) => count >= LISTENER,
    );
    const answer = await ask(address, HEALTH_PORT, LIVE_PATH);

    // THEN
    expect(served).toBe(LISTENER);
    expect(answer.status).toBe(200);
  } finally {
    for (const socket of open) socket.destroy();
    await proxy.stop();
    await close(target);
  }
});
