/** Clients that write bytes, and targets that tell what they got. */
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { type AddressInfo, connect, type Server as NetServer } from 'node:net';

/** Writes text over a connection and gives back all that came until it ended, or until there was silence. */
export function speak(host: string, port: number, text: string | Buffer, silenceMs = 1000): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect(port, host, () => socket.write(text));
    socket.setTimeout(silenceMs, () => socket.destroy());
    socket.setEncoding('latin1').on('data', (part: string) => {
      heard += part;
    });
    socket.on('error', () => undefined).on('close', () => resolve(heard));
  });
}

/** What a target saw of a request. */
export interface Seen {
  readonly target: string;
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Target {
  readonly port: number;
  readonly seen: Seen[];
  readonly server: Server;
}

/** A web server that answers with what it saw, as JSON. */
export async function target(name: string): Promise<Target> {
  const seen: Seen[] = [];
  const server = createServer((incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    seen.push({ target: name, method, url, headers });
    incoming.resume().on('end', () => response.end(JSON.stringify(seen.at(-1))));
  });
  return { port: await listen(server), seen, server };
}

/** Listens on loopback and tells the port. */
export async function listen(server: NetServer | Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** The JSON in an answer as it came over the wire; undefined if it was no success. */
export function seenIn(answer: string): Seen | undefined {
  const json = answer.match(/^HTTP\/1\.1 200[\s\S]*?(\{.*\})/)?.[1];
  return json === undefined ? undefined : (JSON.parse(json) as Seen);
}
