import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { HOLDER_QUERY, LIVE_PATH, READY_PATH } from '../../lib/private/contract';
import { systemClock } from '../../runtime/aws/system-clock';
import { type ProbeOptions, probeAddress, probeAddresses } from '../../runtime/probe';
import { closeServers, listen } from './local-server';

const LOOPBACK = '127.0.0.1';
const OPTIONS: Omit<ProbeOptions, 'port'> = { timeoutMs: 200, attempts: 3, everyMs: 50 };

afterEach(closeServers);

type Answer = number | 'hangs' | 'hangs after its headers' | 'drops the connection';

const READY_TO_HOLD = `${READY_PATH}?${HOLDER_QUERY}`;

/** A health port whose paths answer, in turn, what the lists say; the last one stays. */
async function proxy(live: Answer[], ready: Answer[]): Promise<{ port: number; calls: string[] }> {
  const calls: string[] = [];
  const turn: Record<string, Answer[]> = { [LIVE_PATH]: [...live], [READY_TO_HOLD]: [...ready] };
  const listener: RequestListener = (request, response) => {
    calls.push(request.url ?? '');
    const answers = turn[request.url ?? ''] ?? [];
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    if (typeof answer === 'number') response.writeHead(answer).end('body');
    else if (answer === 'hangs after its headers') response.writeHead(200, { 'content-length': 10 }).write('b');
    else if (answer === 'drops the connection') request.socket.destroy();
  };
  return { port: await listen(listener), calls };
}

test.each<[expected: string, live: Answer[], ready: Answer[]]>([
  ['ready', [200], [200]],
  ['live', [200], [503]],
  ['live', [200], ['hangs']],
  ['dead', [503], [200]],
  ['dead', [204], [200]],
  ['dead', ['hangs'], ['hangs']],
  ['dead', ['hangs after its headers'], [200]],
  ['dead', ['drops the connection'], [200]],
])('is %s when the live path answers %j and the ready path %j', async (expected, live, ready) => {
  const { port } = await proxy(live, ready);

  expect(await probeAddress(LOOPBACK, { ...OPTIONS, port }, systemClock)).toBe(expected);
});

test('needs one answer of the live path among its attempts', async () => {
  const late = await proxy(['hangs', 503, 200], [200]);
  const never = await proxy(['hangs', 503, 503, 200], [200]);

  expect(await probeAddress(LOOPBACK, { ...OPTIONS, port: late.port }, systemClock)).toBe('ready');
  expect(await probeAddress(LOOPBACK, { ...OPTIONS, port: never.port }, systemClock)).toBe('dead');
});

test('does not wait for an attempt that hangs before it makes the next one', async () => {
  const { port, calls } = await proxy(['hangs', 200], [200]);
  const began = Date.now();

  expect(await probeAddress(LOOPBACK, { ...OPTIONS, timeoutMs: 10_000, port }, systemClock)).toBe('ready');

  expect(Date.now() - began).toBeLessThan(5000);
  expect(calls.filter((path) => path === LIVE_PATH).length).toBeGreaterThanOrEqual(2);
});

test('takes each path from the attempt that got an answer of it', async () => {
  const { port } = await proxy([200, 'hangs'], ['hangs', 503]);

  expect(await probeAddress(LOOPBACK, { ...OPTIONS, port }, systemClock)).toBe('live');
});

test('asks each path once when both answer, the ready path as one that places virtual IPs', async () => {
  const { port, calls } = await proxy([200], [503]);
  const never = { now: () => 0, elapsed: () => 0, sleep: (ms: number) => new Promise<void>((resolve) => ms === 0 && resolve()) };

  expect(await probeAddress(LOOPBACK, { ...OPTIONS, port }, never)).toBe('live');

  expect(calls.sort()).toEqual([READY_TO_HOLD, LIVE_PATH].sort());
});

test('makes no attempt any more once it knows', async () => {
  const { port, calls } = await proxy([200], [200]);

  await probeAddress(LOOPBACK, { ...OPTIONS, everyMs: 300, port }, systemClock);
  await systemClock.sleep(700);

  expect(calls).toHaveLength(2);
});

test('knows a black hole when the last attempt has had its time, not when all had theirs one after the other', async () => {
  const { port, calls } = await proxy(['hangs'], ['hangs']);
  const options = { timeoutMs: 400, attempts: 4, everyMs: 50, port };
  const began = Date.now();

  expect(await probeAddress(LOOPBACK, options, systemClock)).toBe('dead');

  const tookMs = Date.now() - began;
  // Timers may fire a millisecond early.
  expect(tookMs).toBeGreaterThanOrEqual(3 * 50 + 400 - 5);
  expect(tookMs).toBeLessThan(2 * (3 * 50 + 400));
  expect(calls).toHaveLength(2 * 4);
});

test('takes a fresh connection for each request, also one after the other', async () => {
  const ports: Array<number | undefined> = [];
  const port = await listen((request, response) => {
    ports.push(request.socket.remotePort);
    response.writeHead(503).end();
  });

  await probeAddress(LOOPBACK, { ...OPTIONS, port }, systemClock);

  expect(ports).toHaveLength(2 * OPTIONS.attempts);
  expect(new Set(ports).size).toBe(ports.length);
});

test('reads no more of an answer than a health path would send', async () => {
  let sent = 0;
  const port = await listen((_request, response) => {
    response.writeHead(200);
    const pour = (): void => {
      if (response.destroyed || sent > 64 * 1024 * 1024) return;
      sent += 65_536;
      if (response.write(Buffer.alloc(65_536))) setImmediate(pour);
      else response.once('drain', pour);
    };
    pour();
  });

  expect(await probeAddress(LOOPBACK, { ...OPTIONS, timeoutMs: 1000, attempts: 1, port }, systemClock)).toBe('dead');
  expect(sent).toBeLessThan(32 * 1024 * 1024);
});

test('a refused connection is dead', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, LOOPBACK, resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));

  expect(await probeAddress(LOOPBACK, { ...OPTIONS, port }, systemClock)).toBe('dead');
});

test('looks at all addresses at the same time, each at its own port', async () => {
  const well = await proxy([200], [200]);
  const hung = await proxy(['hangs'], ['hangs']);
  const ports: Record<string, number> = { '127.0.0.1': well.port, '127.0.0.2': hung.port, '127.0.0.3': hung.port };
  const began = Date.now();

  const health = await probeAddresses(Object.keys(ports), { ...OPTIONS, port: (address) => ports[address] ?? 0 }, systemClock);

  expect(health).toEqual({ '127.0.0.1': 'ready', '127.0.0.2': 'dead', '127.0.0.3': 'dead' });
  expect(Date.now() - began).toBeLessThan(2 * (2 * OPTIONS.everyMs + OPTIONS.timeoutMs));
});
