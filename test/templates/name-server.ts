/** A name server for one name, which is unknown until an address is set. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import * as packet from 'dns-packet';

/** Bits and code of an answer. Source: RFC 1035, section 4.1.1. */
const RECURSIVE = 0x0180;
const NO_SUCH_NAME = 3;

export class NameServer {
  static async start(host: string, name: string): Promise<NameServer> {
    const socket = createSocket('udp4');
    const server = new NameServer(socket, name);
    socket.bind(0, host);
    await once(socket, 'listening');
    return server;
  }

  /** Where the name leads. */
  address?: string;

  private constructor(
    private readonly socket: Socket,
    private readonly name: string,
  ) {
    socket.on('message', (message, from) =>
      socket.send(packet.encode(this.answer(packet.decode(message))), from.port, from.address),
    );
  }

  get port(): number {
    return this.socket.address().port;
  }

  stop(): void {
    this.socket.close();
  }

  private answer({ id, questions = [] }: packet.Packet): packet.Packet {
    const { address } = this;
    return {
      type: 'response',
      id,
      flags: RECURSIVE | (address === undefined ? NO_SUCH_NAME : 0),
      questions,
      answers: questions.flatMap(({ type, name }): packet.Answer[] =>
        address !== undefined && type === 'A' && name === this.name ? [{ type: 'A', name, ttl: 1, data: address }] : [],
      ),
    };
  }
}
