/** A proxy's health port on loopback that behaves and misbehaves as a test wants it. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export type Behaviour = 'live' | '503' | 'hang' | 'drip' | 'refused';

export class HealthServer {
  static async start(): Promise<HealthServer> {
    const server = new HealthServer();
    await server.listen(0);
    return server;
  }

  /** When it was asked, in milliseconds. */
  readonly looks: number[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private behaviour: Behaviour = 'live';
  private port = 0;

  private constructor() {
    this.server = createServer((request, response) => {
      this.looks.push(Date.now());
      if (this.behaviour === 'live') response.writeHead(request.url === '/livez' ? 200 : 404).end();
      else if (this.behaviour === '503') response.writeHead(503).end();
      else if (this.behaviour === 'drip') {
        const timer = setInterval(() => request.socket.write('H'), 50);
        request.socket.once('close', () => clearInterval(timer));
      }
    });
    this.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/livez`;
  }

  async behave(behaviour: Behaviour): Promise<void> {
    if (behaviour === 'refused') await this.stop();
    else if (this.behaviour === 'refused') await this.listen(this.port);
    this.behaviour = behaviour;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', resolve);
    });
    this.port = (this.server.address() as AddressInfo).port;
  }
}
