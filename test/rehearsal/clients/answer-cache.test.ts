import { AnswerCache } from '../../../rehearsal/clients/answer-cache';
import { seededRandom } from '../../../rehearsal/random';

/** A cache in front of a server whose answer can be changed or taken away. */
function setUp(addresses: string[], ttl = 6) {
  const server = { addresses, ttl, down: false, queries: 0 };
  const clock = { ms: 1_000_000 };
  const cache = new AnswerCache({
    query: async () => {
      server.queries += 1;
      await new Promise(setImmediate);
      if (server.down) throw new Error('nobody answers');
      return server.addresses.map((address) => ({ address, ttl: server.ttl }));
    },
    now: () => clock.ms,
    random: seededRandom(1),
  });
  return { server, clock, cache };
}

test('an answer is kept for its TTL and not a moment longer', async () => {
  const { server, clock, cache } = setUp(['127.10.1.1']);
  await cache.addresses();
  server.addresses = ['127.10.1.2'];

  clock.ms += 5_999;
  expect(await cache.addresses()).toEqual(['127.10.1.1']);
  expect(server.queries).toBe(1);

  clock.ms += 1;
  expect(await cache.addresses()).toEqual(['127.10.1.2']);
  expect(server.queries).toBe(2);
});

test('with TTL 0 every answer is asked for', async () => {
  const { server, cache } = setUp(['127.10.1.1'], 0);

  for (let lookup = 0; lookup < 3; lookup += 1) await cache.addresses();

  expect(server.queries).toBe(3);
});

test('the order is rotated, so that each address comes first equally often', async () => {
  const { cache } = setUp(['a', 'b', 'c']);
  const orders: Record<string, number> = {};

  for (let lookup = 0; lookup < 900; lookup += 1) {
    const order = (await cache.addresses()).join('');
    orders[order] = (orders[order] ?? 0) + 1;
  }

  expect(Object.keys(orders).sort()).toEqual(['abc', 'bca', 'cab']);
  for (const count of Object.values(orders)) expect(Math.abs(count - 300)).toBeLessThan(75);
});

test('what has expired is not served when nobody answers, and the next lookup asks again', async () => {
  const { server, clock, cache } = setUp(['127.10.1.1']);
  await cache.addresses();
  clock.ms += 6_000;
  server.down = true;

  await expect(cache.addresses()).rejects.toThrow('nobody answers');
  await expect(cache.addresses()).rejects.toThrow('nobody answers');
  server.down = false;

  await expect(cache.addresses()).resolves.toEqual(['127.10.1.1']);
});

test('lookups at the same time share one query', async () => {
  const { server, cache } = setUp(['127.10.1.1']);

  const all = await Promise.all([cache.addresses(), cache.addresses(), cache.addresses()]);

  expect(all).toEqual([['127.10.1.1'], ['127.10.1.1'], ['127.10.1.1']]);
  expect(server.queries).toBe(1);
});
