/** Servers and clients on loopback addresses. */
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { networkInterfaces } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** True where this machine has an IPv6 loopback address; prints what is lost when it has none, as in many containers. */
export function hasIpv6(loss: string): boolean {
  const found = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'));
  if (!found) process.stdout.write(`skipped: no ::1 on this machine, so ${loss}\n`);
  return found;
}

/** Asks for a path over a connection of its own. A refused or broken connection is status 0. */
export function ask(host: string, port: number, path: string, localAddress?: string): Promise<Answer> {
  return new Promise((resolve) => {
    const call = request({ host, port, path, localAddress, timeout: 2000, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', () => resolve({ status: 0, body }));
    });
    call.on('timeout', () => call.destroy(new Error('timeout')));
    call.on('error', () => resolve({ status: 0, body: '' }));
    call.end();
  });
}

/** A web server that answers every request with what `body` makes of it. */
export async function serve(host: string, port: number, body: (incoming: IncomingMessage) => string): Promise<Server> {
  const server = createServer((incoming, response) => response.end(body(incoming)));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}

/** Closes a server with all its connections. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Repeats a look until it shows what is wanted, and gives back the last one either way. */
export async function until<T>(look: () => Promise<T>, wanted: (seen: T) => boolean, withinMs = 8000): Promise<T> {
  const deadline = performance.now() + withinMs;
  let seen = await look();
  while (!wanted(seen) && performance.now() < deadline) {
    await pause(50);
    seen = await look();
  }
  return seen;
}
