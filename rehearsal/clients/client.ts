/**
 * A client of the fleet: it asks for a page many times a second and tells how each request went. It runs in a process of its own, so
 * that a busy rehearsal is never taken for an outage.
 *
 * - `first-address` knows the name, and uses only the first address of each answer;
 * - `next-address` tries the next address when no connection comes about (refused, or timed out), as most HTTP libraries do;
 * - `virtual-ip` knows one address and no DNS.
 *
 * Gotchas: requests start on schedule, also while earlier ones hang. The timeout is a real client's and is not scaled; `next-address`
 * grants it to every address anew. Nobody tries a second address once connected: the request may have had its effect.
 */
import { Resolver } from 'node:dns/promises';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Door } from '../proxies/surroundings';
import { seededRandom } from '../random';
import { AnswerCache } from './answer-cache';
import { attempt } from './attempt';
import { type ClientSample, monotonicMs } from './sample';

const REQUESTS_PER_SECOND = 25;
const TIMEOUT_MS = 2000;
/** Requests that may be under way at once; one more fails without being sent. */
const MAX_IN_FLIGHT = 256;
const LOOKUP = { timeout: 1000, tries: 2 };

export type ClientOptions = ResolvingClientOptions | VirtualIpClientOptions;

interface CommonClientOptions extends Door {
  /** The name in the Host header, and the one that is looked up. */
  readonly host: string;
  /** @default 25 */
  readonly requestsPerSecond?: number;
  /** Milliseconds on the wall. @default 2000 */
  readonly timeoutMs?: number;
}

export interface ResolvingClientOptions extends CommonClientOptions {
  readonly kind: 'first-address' | 'next-address';
  /** Address and port of the DNS server: '127.0.0.1:5300'. */
  readonly resolver: string;
  /** Draws the rotation of the answers. */
  readonly seed: number;
}

export interface VirtualIpClientOptions extends CommonClientOptions {
  readonly kind: 'virtual-ip';
  readonly address: string;
}

/** Runs until aborted. Requests that are then under way are given up and not told of. */
export async function runClient(
  options: ClientOptions,
  emit: (sample: ClientSample) => void,
  signal: AbortSignal,
): Promise<void> {
  // Every request under way listens to it.
  setMaxListeners(0, signal);
  const periodMs = 1000 / (options.requestsPerSecond ?? REQUESTS_PER_SECOND);
  const addresses = addressesOf(options, signal);
  const inFlight = new Set<Promise<void>>();
  const started = monotonicMs();
  let moment = 0;
  while (!signal.aborted) {
    const at = monotonicMs();
    if (inFlight.size >= MAX_IN_FLIGHT) emit({ at, ok: false, ms: 0, tried: 0, error: 'too many requests under way' });
    else {
      const one = request(options, addresses, signal).then((outcome) => {
        inFlight.delete(one);
        if (!signal.aborted) emit({ at, ...outcome, ms: Math.round((monotonicMs() - at) * 10) / 10 });
      });
      inFlight.add(one);
    }
    // Moments of the schedule that a busy machine has missed are left out, not made up for in a burst.
    moment = Math.max(moment + 1, Math.ceil((monotonicMs() - started) / periodMs));
    await sleep(started + moment * periodMs - monotonicMs(), undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(inFlight);
}

async function request(
  { kind, host, port, tls, timeoutMs = TIMEOUT_MS }: ClientOptions,
  addresses: () => Promise<string[]>,
  signal: AbortSignal,
): Promise<Omit<ClientSample, 'at' | 'ms'>> {
  let known: string[];
  try {
    known = await addresses();
  } catch (error) {
    return { ok: false, tried: 0, error: `lookup ${(error as NodeJS.ErrnoException).code ?? String(error)}` };
  }
  const candidates = kind === 'next-address' ? known : known.slice(0, 1);
  let last: Omit<ClientSample, 'at' | 'ms'> = { ok: false, tried: 0, error: 'lookup found no address' };
  for (const [index, address] of candidates.entries()) {
    const { ok, connected, error } = await attempt({ address, port, tls, host, timeoutMs }, signal);
    last = { ok, address, tried: index + 1, error };
    if (ok || connected || signal.aborted) break;
  }
  return last;
}

function addressesOf(options: ClientOptions, signal: AbortSignal): () => Promise<string[]> {
  if (options.kind === 'virtual-ip') return async () => [options.address];
  const resolver = new Resolver(LOOKUP);
  resolver.setServers([options.resolver]);
  signal.addEventListener('abort', () => resolver.cancel(), { once: true });
  const cache = new AnswerCache({
    query: () => resolver.resolve4(options.host, { ttl: true }),
    now: monotonicMs,
    random: seededRandom(options.seed),
  });
  return () => cache.addresses();
}
