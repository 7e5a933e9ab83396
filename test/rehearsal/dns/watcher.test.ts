import { ScaledClock } from '../../../rehearsal/clock';
import { answer } from '../../../rehearsal/dns/answer';
import type { HostedZone, RecordSet } from '../../../rehearsal/dns/records';
import { DnsServer } from '../../../rehearsal/dns/server';
import { AnswerWatcher, missesUntilGone } from '../../../rehearsal/dns/watcher';
import { seededRandom } from '../../../rehearsal/random';

const addresses = (count: number) => Array.from({ length: count }, (_, index) => `127.10.9.${index + 1}`);

function zoneOf(count: number): HostedZone {
  const records = addresses(count).map((value) => ({
    name: 'www.example.org',
    type: 'A' as const,
    ttl: 60,
    values: [value],
    routing: { policy: 'multivalue' as const },
    setIdentifier: value,
    healthCheckId: value,
  }));
  return { id: 'Z1', name: 'example.org', records, nameServers: ['ns-1.example.org'] };
}

/** A server of the zone that there is at that moment, and how to ask it. */
async function served(zone: () => HostedZone, isHealthy: (id: string) => boolean) {
  const random = seededRandom(1);
  const server = new DnsServer({
    address: '127.10.9.53',
    port: 0,
    timeScale: 20,
    answer: (question) => answer([zone()], question, isHealthy, random),
  });
  const { address, port } = await server.start();
  return { server, resolver: `${address}:${port}` };
}

/** Watches a name while the last address falls ill and recovers, and tells what was noticed. */
async function watch(count: number): Promise<{ changes: string[]; ill: number; gone?: number }> {
  const clock = new ScaledClock(20);
  const victim = `127.10.9.${count}`;
  let healthy = true;
  const zone = zoneOf(count);
  const { server, resolver } = await served(
    () => zone,
    (id) => healthy || id !== victim,
  );
  const changes: string[] = [];
  let gone: number | undefined;
  const watcher = new AnswerWatcher({
    name: 'www.example.org',
    resolver,
    clock,
    misses: missesUntilGone(zone.records),
    atStart: missesUntilGone(zone.records),
    onChange: (changed, change, at) => {
      changes.push(`${changed} ${change}`);
      if (change === 'left') gone = at;
    },
  });
  watcher.start();
  await clock.sleep(10_000);
  healthy = false;
  const ill = clock.now();
  await clock.sleep(10_000);
  healthy = true;
  await clock.sleep(10_000);
  await watcher.stop();
  await server.close();
  return { changes, ill, gone };
}

test.each([3, 8, 12])('of %d records only the one that fell ill leaves, and comes back', async (count) => {
  const { changes, ill, gone = 0 } = await watch(count);

  expect(changes).toEqual([`127.10.9.${count} left`, `127.10.9.${count} came back`]);
  // It left when it was first missing, not when that was certain; of many records it may have been missing by chance just before.
  expect(gone - ill).toBeGreaterThan(-2000);
  expect(gone - ill).toBeLessThan(1500);
});

test('of a name that has few records at the start and many soon after the new ones come', async () => {
  const clock = new ScaledClock(20);
  let count = 2;
  const { server, resolver } = await served(
    () => zoneOf(count),
    () => true,
  );
  const came = new Set<string>();
  const watcher = new AnswerWatcher({
    name: 'www.example.org',
    resolver,
    clock,
    misses: missesUntilGone(zoneOf(50).records),
    atStart: missesUntilGone(zoneOf(2).records),
    onChange: (address, change) => {
      if (change === 'came') came.add(address);
    },
  });
  watcher.start();
  await clock.sleep(2000);
  count = 50;
  await clock.sleep(8000);
  await watcher.stop();
  await server.close();

  expect(came.size).toBeGreaterThan(24);
  expect(came).not.toContain('127.10.9.1');
});

test('one missing answer is proof for up to eight records; of more it takes a chance of one in a million', () => {
  const misses = (count: number) => missesUntilGone(zoneOf(count).records);

  expect([1, 8, 9, 16, 100].map(misses)).toEqual([1, 1, 7, 20, 166]);
  for (const count of [9, 16, 100]) expect((1 - 8 / count) ** misses(count)).toBeLessThanOrEqual(1e-6);
});

test('of weighted records an answer holds one, so it takes as long as the lightest that is ever answered may be missing', () => {
  const weighted = (...weights: number[]) =>
    weights.map((weight, index) => ({
      ...(zoneOf(index + 1).records[index] as RecordSet),
      routing: { policy: 'weighted', weight } as const,
    }));

  expect(missesUntilGone(weighted(1))).toBe(1);
  expect(missesUntilGone(weighted(1, 1))).toBe(20);
  expect(missesUntilGone(weighted(3, 1, 0))).toBe(49);
});
