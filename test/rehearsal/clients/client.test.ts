import { monotonicMs } from '../../../rehearsal/clients/sample';
import * as rig from './rig';
import { A, B, C, failed, HOST, run, share } from './rig';

beforeAll(rig.start);
beforeEach(rig.reset);
afterEach(rig.clear);
afterAll(rig.stop);
const { proxies, dns } = rig;

describe('while all proxies are well', () => {
  beforeEach(async () => {
    for (const address of [A, B, C]) await proxies.add(address);
  });

  test.each(['first-address', 'next-address'] as const)('%s succeeds, at its rate, and uses every address', async (kind) => {
    const before = monotonicMs();
    const samples = await run({ kind }, 1_000);

    expect(failed(samples)).toEqual([]);
    expect(samples.length).toBeGreaterThan(50);
    expect(samples.length).toBeLessThanOrEqual(101);
    expect(new Set(samples.map(({ address }) => address))).toEqual(new Set([A, B, C]));
    expect(samples.every(({ tried, error }) => tried === 1 && error === undefined)).toBe(true);
    const times = samples.map(({ at }) => at);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(before);
    expect(Math.max(...times)).toBeLessThanOrEqual(monotonicMs());
  });

  test('asks every time over a connection of its own, by the name of the service', async () => {
    const samples = await run({}, 300);

    expect(proxies.requests.length).toBeGreaterThanOrEqual(samples.length);
    expect(new Set(proxies.requests.map(({ host }) => host))).toEqual(new Set([HOST]));
    expect(proxies.requests.filter(({ reused }) => reused)).toEqual([]);
  });

  test('virtual-ip knows its address and asks no DNS', async () => {
    const samples = await run({ kind: 'virtual-ip', address: B }, 300);

    expect(failed(samples)).toEqual([]);
    expect(new Set(samples.map(({ address }) => address))).toEqual(new Set([B]));
    expect(dns.queries).toBe(0);
  });

  test('makes 25 requests a second when no rate is given', async () => {
    const samples = await run({ requestsPerSecond: undefined }, 1_000);

    expect(samples.length).toBeGreaterThan(15);
    expect(samples.length).toBeLessThanOrEqual(26);
  });
});

describe('when one of three proxies refuses connections', () => {
  beforeEach(async () => {
    await proxies.add(A);
    await proxies.add(B);
  });

  test('first-address fails for about a third of its requests', async () => {
    const samples = await run({}, 1_500);

    expect(share(failed(samples), samples)).toBeGreaterThan(0.15);
    expect(share(failed(samples), samples)).toBeLessThan(0.55);
    for (const sample of failed(samples)) expect(sample).toMatchObject({ address: C, tried: 1, error: 'ECONNREFUSED' });
  });

  test('next-address fails for none, as it goes on to the next', async () => {
    const samples = await run({ kind: 'next-address' }, 1_000);

    expect(failed(samples)).toEqual([]);
    const retried = samples.filter(({ tried }) => tried > 1);
    expect(retried.length).toBeGreaterThan(0);
    for (const { address } of retried) expect([A, B]).toContain(address);
  });

  test('virtual-ip on it fails for all', async () => {
    const samples = await run({ kind: 'virtual-ip', address: C }, 300);

    expect(failed(samples)).toHaveLength(samples.length);
    expect(samples.length).toBeGreaterThan(0);
  });
});

test('next-address fails when nobody is left, after trying every address', async () => {
  const close = await proxies.add(A);
  const { port } = proxies;
  await close();

  const samples = await run({ kind: 'next-address', port }, 300);

  expect(samples.length).toBeGreaterThan(0);
  expect(failed(samples)).toHaveLength(samples.length);
  for (const sample of samples) expect(sample).toMatchObject({ tried: 3, error: 'ECONNREFUSED' });
});

test('a proxy that accepts and never answers defeats next-address too, and holds nobody up', async () => {
  dns.addresses = [A, B];
  await proxies.add(A);
  await proxies.addHung(B);

  const samples = await run({ kind: 'next-address', timeoutMs: 300 }, 1_500);

  expect(share(failed(samples), samples)).toBeGreaterThan(0.25);
  for (const sample of failed(samples)) {
    expect(sample).toMatchObject({ address: B, tried: 1, error: 'no answer in time' });
    expect(sample.ms).toBeGreaterThan(290);
  }
  const times = samples.map(({ at }) => at).sort((a, b) => a - b);
  const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(250);
});

test('a black hole costs next-address its timeout, and first-address the request', async () => {
  dns.addresses = [A, B];
  await proxies.add(A);
  await proxies.addBlackHole(B);

  const [next, first] = await Promise.all([
    run({ kind: 'next-address', timeoutMs: 300, requestsPerSecond: 20 }, 1_500),
    run({ timeoutMs: 300, requestsPerSecond: 20 }, 1_500),
  ]);

  expect(failed(next)).toEqual([]);
  const slow = next.filter(({ tried }) => tried === 2);
  expect(slow.length).toBeGreaterThan(0);
  for (const { ms } of slow) expect(ms).toBeGreaterThan(290);
  expect(failed(first).length).toBeGreaterThan(0);
  for (const sample of failed(first)) expect(sample).toMatchObject({ address: B, error: 'no connection in time' });
});

test('an error status and an answer that is cut off are failures, and nobody sends them twice', async () => {
  dns.addresses = [A, B];
  await proxies.add(A, (_, response) => void response.writeHead(503).end());
  await proxies.add(B, (_, response) => {
    response.writeHead(200, { 'Content-Length': '100' });
    response.write('hello', () => response.destroy());
  });

  const samples = await run({ kind: 'next-address' }, 400);

  expect(failed(samples)).toHaveLength(samples.length);
  expect(new Set(samples.map(({ address, error, tried }) => `${address} ${error} ${tried}`))).toEqual(
    new Set([`${A} status 503 1`, `${B} ECONNRESET 1`]),
  );
});

test('the number of requests under way is bounded, and those beyond it fail', async () => {
  dns.addresses = [A];
  await proxies.addHung(A);

  const samples = await run({ requestsPerSecond: 500, timeoutMs: 10_000 }, 1_500);

  expect(samples.length).toBeGreaterThan(0);
  for (const sample of samples) expect(sample).toMatchObject({ ok: false, tried: 0, error: 'too many requests under way' });
  expect(proxies.requests.length).toBeLessThanOrEqual(256);
});

test('when told to stop it gives up what is under way, and says nothing of it', async () => {
  dns.addresses = [A];
  await proxies.addHung(A);
  const start = monotonicMs();

  const samples = await run({ timeoutMs: 10_000 }, 500);

  expect(samples).toEqual([]);
  expect(proxies.requests.length).toBeGreaterThan(10);
  expect(monotonicMs() - start).toBeLessThan(2_500);
});
