/** Endpoints that a prober can be pointed at. */
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { EndpointCheck } from '../../../rehearsal/health/health-check';

export const ADDRESS = '127.20.0.1';

export interface Endpoint {
  readonly port: number;
  /** Connections that are open at the moment. */
  readonly open: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/** Starts a server on any port. */
export async function listen(server: Server): Promise<Endpoint> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
  });
  await once(server.listen(0, ADDRESS), 'listening');
  const close = async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  };
  return { port: (server.address() as AddressInfo).port, open, close };
}

export function listenHttp(handler: RequestListener): Promise<Endpoint> {
  return listen(createHttpServer(handler));
}

/** Accepts connections and never says a word. */
export function listenMute(): Promise<Endpoint> {
  return listen(createServer((socket) => void socket.resume()));
}

/** A port where nobody listens. */
export async function refusedPort(): Promise<number> {
  const { port, close } = await listenMute();
  await close();
  return port;
}

export function checkOf(other: Partial<EndpointCheck> = {}): EndpointCheck {
  return {
    id: 'check-1',
    type: 'HTTP',
    ipAddress: '203.0.113.1',
    port: 8404,
    requestInterval: 10,
    failureThreshold: 3,
    ...other,
  };
}
