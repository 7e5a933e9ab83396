/** A resolver's side of DNS, byte by byte. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { type DecodedPacket, decode, encode, type Packet } from 'dns-packet';

export interface Place {
  readonly address: string;
  readonly port: number;
}

/** A query for the A records of a name, and what a test wants otherwise. */
export function query(name: string, other: Packet & { questionType?: string } = {}): Buffer {
  const { questionType = 'A', ...rest } = other;
  return encode({ type: 'query', id: 4711, flags: 1 << 8, questions: [{ name, type: questionType, class: 'IN' }], ...rest });
}

export const edns = (udpPayloadSize: number, ednsVersion = 0) => ({
  additionals: [{ type: 'OPT' as const, name: '.' as const, udpPayloadSize, ednsVersion, flags: 0, options: [] }],
});

/** The response to one packet over UDP; undefined when none comes. */
export async function askUdp(place: Place, packet: Buffer, timeoutMs = 2_000): Promise<Buffer | undefined> {
  const socket = createSocket('udp4');
  try {
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const answered = once(socket, 'message', { signal: AbortSignal.timeout(timeoutMs) });
    socket.send(packet, place.port, place.address);
    const [message] = (await answered) as [Buffer];
    return message;
  } catch (error) {
    if ((error as Error).name === 'AbortError') return undefined;
    throw error;
  } finally {
    socket.close();
  }
}

export async function resolveUdp(place: Place, packet: Buffer): Promise<DecodedPacket> {
  const response = await askUdp(place, packet);
  if (!response) throw new Error('no response over UDP');
  return decode(response);
}

export function framed(packet: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(packet.length);
  return Buffer.concat([length, packet]);
}

/** Sends these bytes in these pieces over one TCP connection and waits for so many responses, or for the server to hang up. */
export async function askTcp(place: Place, pieces: Buffer[], responses: number): Promise<Buffer[]> {
  const socket = connect({ host: place.address, port: place.port, noDelay: true });
  await once(socket, 'connect');
  const messages: Buffer[] = [];
  let received = Buffer.alloc(0);
  const done = new Promise<void>((resolve, reject) => {
    socket.setTimeout(5_000, () => reject(new Error(`only ${messages.length} responses over TCP`)));
    socket.on('error', () => resolve());
    socket.on('close', () => resolve());
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        messages.push(received.subarray(2, end));
        received = received.subarray(end);
      }
      if (messages.length >= responses) resolve();
    });
  });
  for (const piece of pieces) {
    socket.write(piece);
    await new Promise(setImmediate);
  }
  await done.finally(() => socket.destroy());
  return messages;
}
