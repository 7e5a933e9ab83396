import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { runTarget } from '../../../rehearsal/proxies/target';
import { UsageError } from '../../../rehearsal/usage-error';

async function ask(place: { address: string; port: number }, path: string, agent?: Agent): Promise<string> {
  const [response] = (await once(get({ host: place.address, port: place.port, path, agent }), 'response')) as [IncomingMessage];
  let body = '';
  for await (const chunk of response.setEncoding('utf8')) body += chunk;
  return `${response.statusCode} ${body}`;
}

const running: { abort: AbortController; ended: Promise<void> }[] = [];
afterEach(stopAll);

async function stopAll(): Promise<void> {
  for (const { abort } of running) abort.abort();
  await Promise.all(running.splice(0).map(({ ended }) => ended));
}

/** Where a target of that name listens. */
function start(name: string): Promise<{ address: string; port: number }> {
  const abort = new AbortController();
  return new Promise((resolve, reject) => {
    const ended = runTarget({ name, address: '127.20.1.1', port: 0 }, resolve, abort.signal);
    ended.catch(reject);
    running.push({ abort, ended });
  });
}

test('answers every path with its name', async () => {
  const place = await start('app-1');

  expect(await ask(place, '/')).toBe('200 app-1\n');
  expect(await ask(place, '/any/thing?x=1')).toBe('200 app-1\n');
});

test('when told to end it closes idle connections and listens no more', async () => {
  const place = await start('app-1');
  const agent = new Agent({ keepAlive: true });
  await ask(place, '/', agent);
  const begun = performance.now();

  await stopAll();

  expect(performance.now() - begun).toBeLessThan(900);
  await expect(ask(place, '/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  agent.destroy();
});

test('a port in use is told with what to do about it', async () => {
  const other = createServer();
  await once(other.listen(0, '127.20.1.2'), 'listening');
  const { port } = other.address() as { port: number };

  const failing = runTarget({ name: 'app-2', address: '127.20.1.2', port }, () => undefined, new AbortController().signal);

  const error = await failing.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as Error).message).toBe(
    `target app-2 needs 127.20.1.2:${port}, got EADDRINUSE: stop what listens there and try again`,
  );
  await new Promise((resolve) => other.close(resolve));
});
