/** Requests as they are, byte by byte. */
import { connect } from 'node:net';

/** Sends a text over a connection of its own, and gives back all that is answered until the other side closes or has been silent. */
export function rawRequest(
  host: string,
  port: number,
  text: string | Buffer,
  { silentMs = 3000, localAddress }: { silentMs?: number; localAddress?: string } = {},
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, localAddress });
    let answer = '';
    const end = () => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(silentMs, end);
    socket.on('data', (data) => {
      answer += data.toString('latin1');
    });
    socket.on('error', end);
    socket.on('close', end);
    socket.write(text);
  });
}
