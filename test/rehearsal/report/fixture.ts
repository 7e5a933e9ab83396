/**
 * A rehearsal as it really goes: three slots, slot 2 is killed at 0 and comes back at +140 s. Health checks see it after 27.9 s,
 * the name drops it after 34.1 s, its virtual IP is adopted after 41 s. A client that only knows the first address fails every
 * third request until its cached answer has run out at 88 s; one that tries the next address, and one on the virtual IP, fare
 * better.
 */
import type { Bucket, ClientResult, Measure, RehearsalResult, RunResult, TimelineEvent } from '../../../rehearsal/report/result';

const BUCKET_MS = 2000;
const END = 180_000;

export const SLOTS = [
  { slot: 'slot 1', zone: 'eu-central-1a', address: '127.10.1.1' },
  { slot: 'slot 2', zone: 'eu-central-1b', address: '127.10.2.1' },
  { slot: 'slot 3', zone: 'eu-central-1c', address: '127.10.3.1' },
];

export function event(at: number, lane: string, kind: TimelineEvent['kind'], text: string): TimelineEvent {
  return { at, lane, kind, text };
}

export const EVENTS: TimelineEvent[] = [
  event(-4000, 'slot 2', 'info', 'every slot is healthy, clients are running'),
  event(0, 'slot 2', 'fault', 'haproxy killed, connections are refused'),
  event(27_900, 'slot 2', 'down', '14 of 16 checkers report unhealthy'),
  event(34_100, 'dns www.example.com', 'down', '127.10.2.1 left the answer'),
  event(41_000, 'virtual ip Vip', 'move', 'from slot 2 to slot 3'),
  event(140_000, 'slot 2', 'recovery', 'haproxy started'),
  event(152_400, 'slot 2', 'up', '3 of 16 checkers report healthy'),
  event(158_600, 'dns www.example.com', 'up', '127.10.2.1 is answered again'),
];

/** Six requests a bucket, of which so many fail while the client is affected. */
export function buckets(failing: number, until: number): Bucket[] {
  return Array.from({ length: (END + 10_000) / BUCKET_MS }, (_, index) => {
    const at = -10_000 + index * BUCKET_MS;
    const failed = at >= 0 && at < until ? failing : 0;
    return { at, ok: 6 - failed, failed };
  });
}

export function client(overrides: Partial<ClientResult> & Pick<ClientResult, 'name'>): ClientResult {
  const counted = overrides.buckets ?? buckets(0, 0);
  const total = (read: (bucket: Bucket) => number) => counted.reduce((sum, bucket) => sum + read(bucket), 0);
  const failures = total(({ failed }) => failed);
  return {
    behaviour: 'a new connection for each request',
    requests: failures + total(({ ok }) => ok),
    failures,
    inFlight: 0,
    slowestMs: 12,
    kept: true,
    buckets: counted,
    ...overrides,
  };
}

export const MEASURES: Measure[] = [
  {
    name: 'health check sees the fault',
    seconds: 27.9,
    budget: 48,
    formula: '3 x (10 + 6) s',
    lane: 'slot 2',
    kept: true,
  },
  {
    name: 'address leaves the answer of www.example.com',
    seconds: 34.1,
    budget: 54,
    formula: '3 x (10 + 6) s + 6 s propagation',
    lane: 'dns www.example.com',
    kept: true,
  },
  {
    name: 'virtual IP is adopted',
    seconds: 41,
    budget: 75,
    formula: '60 s sweep + 3 x 3 s probes + 6 s for the address',
    lane: 'virtual ip Vip',
    kept: true,
  },
  {
    name: 'address is back in the answer',
    seconds: 18.6,
    budget: 36,
    formula: '3 x 10 s + 6 s propagation',
    lane: 'dns www.example.com',
    startsAt: 140,
    kept: true,
  },
  { name: 'slot is refilled', seconds: 140, kept: true },
];

export const CLIENTS: ClientResult[] = [
  client({
    name: 'first address',
    behaviour: 'takes the first address and keeps it for the TTL',
    buckets: buckets(2, 88_000),
    firstFailure: 0.4,
    lastFailure: 87.6,
    slowestMs: 38,
    budget: 114,
  }),
  client({
    name: 'next address',
    behaviour: 'tries the next address when a connection fails',
    slowestMs: 254,
    budget: 0,
  }),
  client({
    name: 'virtual IP client',
    behaviour: 'one address that moves',
    buckets: buckets(6, 41_000),
    firstFailure: 0.2,
    lastFailure: 40.8,
    slowestMs: 61,
    budget: 75,
  }),
];

export function run(overrides: Partial<RunResult> = {}): RunResult {
  return {
    seed: 42,
    victim: 'slot 2',
    events: EVENTS,
    bucketMs: BUCKET_MS,
    measures: MEASURES,
    clients: CLIENTS,
    ...overrides,
  };
}

export function rehearsal(overrides: Partial<RehearsalResult> = {}): RehearsalResult {
  return {
    stack: 'ProxyFleetDemo',
    scenario: 'kill',
    timeScale: 10,
    seed: 42,
    proxy: 'HAProxy 2.8.25 (on PATH)',
    assumptions: [
      { name: 'health status reaches the DNS servers', seconds: 6, option: '--propagation' },
      { name: 'address moves after AssociateAddress', seconds: 6, option: '--address-move' },
      { name: 'auto scaling refills a slot', seconds: 140, option: '--refill' },
    ],
    notes: [
      'Ports below 1024 are played 10000 higher, because this user may not bind them.',
      'Client timeouts do not scale: a request that waits 2 s of wall-clock time shows as 20 simulated seconds.',
    ],
    slots: SLOTS,
    runs: [run()],
    passed: true,
    ...overrides,
  };
}

/** The same run, but what a measure and a client saw came too late. */
export function brokenRun(overrides: Partial<RunResult> = {}): RunResult {
  return run({
    measures: MEASURES.map((measure) =>
      measure.name.startsWith('address leaves') ? { ...measure, seconds: 61.2, kept: false } : measure,
    ),
    clients: CLIENTS.map((item) =>
      item.name === 'first address'
        ? { ...item, buckets: buckets(2, 122_000), failures: 122, lastFailure: 121.4, kept: false }
        : item,
    ),
    ...overrides,
  });
}
