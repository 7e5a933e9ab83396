import { monotonicMs } from '../../../rehearsal/clients/sample';
import * as rig from './rig';
import { A, B, failed, run } from './rig';

beforeAll(rig.start);
beforeEach(rig.reset);
afterEach(rig.clear);
afterAll(rig.stop);
const { proxies, dns } = rig;

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
