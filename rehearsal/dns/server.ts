/**
 * The authoritative DNS server of the rehearsal: UDP and TCP on one port of one loopback address. What it answers is decided
 * elsewhere; here are only sockets, and bounds for those who do not behave.
 */
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { UsageError } from '../usage-error';
import type { Answer, Question } from './answer';
import { respond } from './respond';

const MAX_TCP_CONNECTIONS = 64;
/** Milliseconds on the wall after which a silent TCP connection is closed. */
const TCP_IDLE_MS = 10_000;
/** How often a port that the system chose for TCP may turn out to be taken for UDP. */
const PORT_ATTEMPTS = 20;

export interface DnsServerOptions {
  readonly address: string;
  /** 0 takes any port that is free for both UDP and TCP. */
  readonly port: number;
  readonly timeScale: number;
  readonly answer: (question: Question) => Answer;
  /** Whether a question gets no answer at all, as from a server that is away. */
  readonly isSilent?: (question: Question) => boolean;
}

export class DnsServer {
  private tcp?: Server;
  private udp?: UdpSocket;
  private readonly connections = new Set<Socket>();

  constructor(private readonly options: DnsServerOptions) {}

  async start(): Promise<{ address: string; port: number }> {
    const { address, port } = this.options;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.bind();
      } catch (error) {
        await this.close();
        const { code } = error as NodeJS.ErrnoException;
        if (port === 0 && code === 'EADDRINUSE' && attempt < PORT_ATTEMPTS) continue;
        const what = port === 0 ? `a port of ${address}` : `${address}:${port}`;
        throw new UsageError(`the DNS server needs ${what} for UDP and TCP, got ${code}: ${advice(code, port)}`);
      }
    }
  }

  async close(): Promise<void> {
    const { tcp, udp } = this;
    this.tcp = undefined;
    this.udp = undefined;
    for (const connection of this.connections) connection.destroy();
    await Promise.all([
      tcp?.listening && new Promise((resolve) => tcp.close(resolve)),
      udp && new Promise<void>((resolve) => udp.close(resolve)),
    ]);
  }

  private async bind(): Promise<{ address: string; port: number }> {
    const { address } = this.options;
    const tcp = createServer((connection) => this.serve(connection));
    this.tcp = tcp;
    tcp.maxConnections = MAX_TCP_CONNECTIONS;
    await once(tcp.listen(this.options.port, address), 'listening');
    const { port } = tcp.address() as AddressInfo;
    const udp = createSocket('udp4');
    this.udp = udp;
    udp.bind(port, address);
    await once(udp, 'listening');
    udp.on('message', (message, from) => {
      const response = this.respond(message, 'udp');
      // Who asked may be gone, and that is none of our business.
      if (response) udp.send(response, from.port, from.address, () => undefined);
    });
    return { address, port };
  }

  /** Answers the queries of one connection in their order; one that does not read its answers is not read from either. */
  private serve(connection: Socket): void {
    this.connections.add(connection);
    let received = Buffer.alloc(0);
    const answerAll = () => {
      while (!connection.destroyed && !connection.writableNeedDrain && received.length >= 2) {
        const end = 2 + received.readUInt16BE(0);
        if (received.length < end) break;
        const response = this.respond(received.subarray(2, end), 'tcp');
        received = received.subarray(end);
        if (!response) connection.destroy();
        else connection.write(Buffer.concat([lengthOf(response), response]));
      }
      if (connection.writableNeedDrain) connection.pause();
      else connection.resume();
    };
    connection.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      answerAll();
    });
    connection.on('drain', answerAll);
    connection.on('error', () => connection.destroy());
    connection.on('close', () => this.connections.delete(connection));
    connection.setTimeout(TCP_IDLE_MS, () => connection.destroy());
  }

  private respond(message: Buffer, transport: 'udp' | 'tcp'): Buffer | undefined {
    const { answer, isSilent, timeScale } = this.options;
    let silent = false;
    const listening = (question: Question) => {
      silent ||= isSilent?.(question) ?? false;
      return answer(question);
    };
    const response = respond(message, listening, { transport, timeScale });
    return silent ? undefined : response;
  }
}

function lengthOf(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return length;
}

function advice(code: string | undefined, port: number): string {
  if (code === 'EADDRINUSE') return 'stop what listens there or choose another port';
  if (code === 'EACCES') return `choose a port above 1023, ${port} needs privileges`;
  return 'choose an address of this machine';
}
