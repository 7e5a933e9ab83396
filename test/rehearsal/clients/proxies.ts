/** Stand-ins for the proxies of a fleet: the same port on several addresses, in ways that a client would meet them. */
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { blackHole } from '../black-hole';

export class Proxies {
  port = 0;
  /** Host headers and addresses of the requests that arrived. */
  readonly requests: { host?: string; address?: string; reused: boolean }[] = [];
  private readonly closers: (() => Promise<void>)[] = [];

  /** A proxy that answers, unless told otherwise. The first one chooses the port of all. */
  async add(
    address: string,
    answer: RequestListener = (_, response) => void response.end('hello'),
  ): Promise<() => Promise<void>> {
    const seen = new WeakSet<Socket>();
    const server = createServer((request, response) => {
      const { socket } = request;
      this.requests.push({ host: request.headers.host, address: socket.localAddress, reused: seen.has(socket) });
      seen.add(socket);
      answer(request, response);
    });
    await once(server.listen(this.port, address), 'listening');
    this.port = (server.address() as AddressInfo).port;
    const close = () => closed(server);
    this.closers.push(close);
    return close;
  }

  /** One that accepts and never answers. */
  addHung(address: string): Promise<unknown> {
    return this.add(address, () => undefined);
  }

  /** One that is gone without a trace. Needs the port of another. */
  async addBlackHole(address: string): Promise<void> {
    const { close } = await blackHole(address, this.port);
    this.closers.push(close);
  }

  async close(): Promise<void> {
    await Promise.all(this.closers.splice(0).map((close) => close()));
    this.requests.length = 0;
    this.port = 0;
  }
}

async function closed(server: Server): Promise<void> {
  if (!server.listening) return;
  const done = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await done;
}
