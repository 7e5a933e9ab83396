/** What a client needs around it: three addresses for proxies, and a DNS server that answers with the addresses in `dns`. */
import { type ClientOptions, runClient } from '../../../rehearsal/clients/client';
import type { ClientSample } from '../../../rehearsal/clients/sample';
import { answer } from '../../../rehearsal/dns/answer';
import { DnsServer } from '../../../rehearsal/dns/server';
import { seededRandom } from '../../../rehearsal/random';
import { zoneOf } from '../dns/zones';
import { Proxies } from './proxies';

export const A = '127.10.1.1';
export const B = '127.10.2.1';
export const C = '127.10.3.1';
export const HOST = 'www.example.com';

export const proxies = new Proxies();
export const dns = { addresses: [] as string[], ttl: 60, queries: 0 };
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
      routing: { policy: 'multivalue' as const },
    }));
    return answer([zoneOf(...records)], question, () => true, random);
  },
});
const random = seededRandom(1);
let resolver = '';

export async function start(): Promise<void> {
  const { address, port } = await server.start();
  resolver = `${address}:${port}`;
}

export function reset(): void {
  Object.assign(dns, { addresses: [A, B, C], ttl: 60, queries: 0 });
}

export function clear(): Promise<void> {
  return proxies.close();
}

export function stop(): Promise<void> {
  return server.close();
}

/** The samples of a client that runs for a while. */
export async function run(
  options: Partial<ClientOptions>,
  forMs: number,
  meanwhile?: () => Promise<unknown>,
): Promise<ClientSample[]> {
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

export const failed = (samples: ClientSample[]) => samples.filter(({ ok }) => !ok);
export const share = (part: unknown[], all: unknown[]) => part.length / all.length;
