import { type ClientOptions, runClient } from '../../../rehearsal/clients/client';
import { type ClientSample, monotonicMs } from '../../../rehearsal/clients/sample';
import { answer } from '../../../rehearsal/dns/answer';
import { DnsServer } from '../../../rehearsal/dns/server';
import { seededRandom } from '../../../rehearsal/random';
import { zoneOf } from '../dns/zones';
import { Proxies } from './proxies';

const A = '127.10.1.1';
const B = '127.10.2.1';
const C = '127.10.3.1';
const HOST = 'www.example.com';

const proxies = new Proxies();
const dns = { addresses: [] as string[], ttl: 60, queries: 0 };
const server = new DnsServer({
  address: '127.10.0.53',
  port: 0,
  timeScale: 10,
  answer: (question) => {
    dns.queries += 1;
    const records = dns.addresses.map((address) => ({
      name: HOST,
      type: 'A' as const,
      ttl: dns.ttl,
      values: [address],
      setIdentifier: address,
      multivalue: true,
    }));
    return answer([zoneOf(...records)], question, () => true, random);
  },
});
const random = seededRandom(1);
let resolver = '';

beforeAll(async () => {
  const { address, port } = await server.start();
  resolver = `${address}:${port}`;
});
beforeEach(() => {
  Object.assign(dns, { addresses: [A, B, C], ttl: 60, queries: 0 });
});
afterEach(() => proxies.close());
afterAll(() => server.close());

/** The samples of a client that runs for a while. */
async function run(options: Partial<ClientOptions>, forMs: number, meanwhile?: () => Promise<unknown>): Promise<ClientSample[]> {
  const abort = new AbortController();
  const samples: ClientSample[] = [];
  const defaults = { kind: 'first-address', host: HOST, port: proxies.port, resolver, seed: 7, requestsPerSecond: 100 };
  const running = runClient({ ...defaults, ...options } as ClientOptions, (sample) => samples.push(sample), abort.signal);
  const timer = setTimeout(() => abort.abort(), forMs);
  try {
    await meanwhile?.();
  } finally {
    await running.finally(() => clearTimeout(timer));
  }
  return samples;
}

const failed = (samples: ClientSample[]) => samples.filter(({ ok }) => !ok);
const share = (part: unknown[], all: unknown[]) => part.length / all.length;

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

describe('DNS', () => {
  test('an address that left the answer is used until the TTL is over, and not afterwards', async () => {
    Object.assign(dns, { addresses: [A], ttl: 20 });
    await proxies.add(A);
    await proxies.add(B);
    const start = monotonicMs();

    const samples = await run({}, 3_000, async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      dns.addresses = [B];
    });

    // Twenty simulated seconds are two on the wall.
    const lastOfA = Math.max(...samples.filter(({ address }) => address === A).map(({ at }) => at - start));
    const firstOfB = Math.min(...samples.filter(({ address }) => address === B).map(({ at }) => at - start));
    expect(lastOfA).toBeGreaterThan(1_800);
    expect(firstOfB).toBeGreaterThan(1_990);
    expect(firstOfB).toBeLessThan(2_600);
    expect(dns.queries).toBe(2);
  });

  test('a lookup that fails is a failed request with its reason, and serves nothing that expired', async () => {
    Object.assign(dns, { addresses: [A], ttl: 10 });
    await proxies.add(A);

    const samples = await run({}, 2_000, async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      dns.addresses = [];
    });

    const [first] = failed(samples);
    expect(first).toMatchObject({ ok: false, tried: 0, error: 'lookup ENOTFOUND' });
    expect(first?.address).toBeUndefined();
    const later = samples.filter(({ at }) => at > (first?.at ?? 0));
    expect(later.length).toBeGreaterThan(0);
    expect(failed(later)).toHaveLength(later.length);
  });

  test('a server that is gone is told of as well', async () => {
    await proxies.add(A);

    const samples = await run({ resolver: '127.10.0.54:9' }, 300);

    expect(samples.length).toBeGreaterThan(0);
    for (const sample of samples) expect(sample).toMatchObject({ ok: false, tried: 0, error: 'lookup ECONNREFUSED' });
  });
});

test('the number of requests under way is bounded, and those beyond it fail', async () => {
  dns.addresses = [A];
  await proxies.addHung(A);

  const samples = await run({ requestsPerSecond: 500, timeoutMs: 10_000 }, 1_500);

  expect(samples.length).toBeGreaterThan(0);
  for (const sample of samples) expect(sample).toMatchObject({ ok: false, tried: 0, error: 'too many requests under way' });
  expect(proxies.requests.length).toBeLessThanOrEqual(256);
});

test('when told to stop it gives up what is under way, says nothing of it, and leaves nothing behind', async () => {
  dns.addresses = [A];
  await proxies.addHung(A);
  const warnings: unknown[] = [];
  const warn = (warning: unknown) => warnings.push(warning);
  process.on('warning', warn);
  const start = monotonicMs();

  const samples = await run({ timeoutMs: 10_000 }, 500);
  process.off('warning', warn);

  expect(samples).toEqual([]);
  expect(proxies.requests.length).toBeGreaterThan(10);
  expect(monotonicMs() - start).toBeLessThan(2_500);
  expect(warnings).toEqual([]);
});
