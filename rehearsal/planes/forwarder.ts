/**
 * A virtual IP on a laptop: a listener on a loopback address that hands every connection to the private address the Elastic IP is
 * associated with, and resets all connections when that changes, as a move does to every flow on EC2.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { UsageError } from '../usage-error';

export class Forwarder {
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();
  private target?: string;
  private refusing = false;

  /**
   * @param address loopback address of the virtual IP
   * @param ports ports on this machine that are forwarded to the same port of the target
   */
  constructor(
    private readonly address: string,
    private readonly ports: number[],
  ) {}

  async start(): Promise<void> {
    for (const port of this.ports) {
      const server = createServer((client) => this.forward(client));
      await new Promise<void>((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) =>
          reject(
            error.code === 'EADDRINUSE'
              ? new UsageError(`port ${port} of ${this.address} is in use: another rehearsal runs, stop it and try again`)
              : error,
          ),
        );
        server.listen(port, this.address, resolve);
      });
      this.servers.push(server);
    }
  }

  /** Refuses connections, as a host does whose proxy is gone: who accepts and resets would look like a proxy that answers badly. */
  refuse(): void {
    this.refusing = true;
    for (const server of this.servers.splice(0)) server.close();
  }

  /** The end of a refusal, if there was one. */
  async accept(): Promise<void> {
    if (!this.refusing) return;
    this.refusing = false;
    await this.start();
    // It may have begun anew meanwhile.
    if (this.refusing) this.refuse();
  }

  /** Leads new connections to another address (undefined: to nobody) and resets those that are open. */
  point(target: string | undefined): void {
    this.target = target;
    for (const socket of this.sockets) reset(socket);
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(this.servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  }

  private forward(client: Socket): void {
    this.watch(client);
    if (this.target === undefined) {
      reset(client);
      return;
    }
    const proxy = connect({ host: this.target, port: (client.address() as AddressInfo).port });
    this.watch(proxy);
    // A refused connection behind the address must look refused in front of it, not like an empty answer.
    proxy.on('error', () => reset(client));
    client.on('error', () => reset(proxy));
    client.pipe(proxy).pipe(client);
  }

  private watch(socket: Socket): void {
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
  }
}

/** Node never lets go of a socket that is reset after its own end: the system refuses to reset it. */
function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
