/** A service behind the proxies: it answers every path with its name, so that one can see who was asked. Runs in its own process. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsageError } from '../usage-error';

/** Longer than proxies keep idle connections: a target that closes first can cross a request on its way. */
const KEEP_ALIVE_MS = 75_000;
/** How long requests under way may take when it is told to end. */
const GRACE_MS = 1000;

export interface TargetOptions {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** Listens, says where, and resolves after it was aborted and has answered what was under way. */
export async function runTarget(
  { name, address, port }: TargetOptions,
  listening: (place: { address: string; port: number }) => void,
  signal: AbortSignal,
): Promise<void> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (_, response) => {
    response.setHeader('Content-Type', 'text/plain');
    response.end(`${name}\n`);
  });
  await once(server.listen(port, address), 'listening').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`target ${name} needs ${address}:${port}, got ${error.code}: stop what listens there and try again`);
  });
  listening({ address, port: (server.address() as AddressInfo).port });
  if (!signal.aborted) await once(signal, 'abort');
  const closed = once(server, 'close');
  // Also closes the connections that are idle.
  server.close();
  const force = setTimeout(() => server.closeAllConnections(), GRACE_MS);
  await closed;
  clearTimeout(force);
}
