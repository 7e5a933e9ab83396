/** One HTTP request over a TCP connection of its own to one address. */
import { request as httpRequest } from 'node:http';

export interface Attempt {
  readonly ok: boolean;
  /** Whether the connection came about: if it did not, nothing was sent and another address may be tried. */
  readonly connected: boolean;
  /** Why it failed. */
  readonly error?: string;
}

export interface AttemptOptions {
  readonly address: string;
  readonly port: number;
  readonly host: string;
  /** From the first packet to the last byte of the answer. */
  readonly timeoutMs: number;
}

/** Never rejects. An aborted attempt resolves at once, and its result means nothing. */
export function attempt({ address, port, host, timeoutMs }: AttemptOptions, signal: AbortSignal): Promise<Attempt> {
  return new Promise((resolve) => {
    let connected = false;
    const request = httpRequest({ host: address, port, path: '/', headers: { Host: host, Connection: 'close' }, agent: false });
    const settle = (error?: string) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      request.destroy();
      resolve({ ok: error === undefined, connected, error });
    };
    const abort = () => settle('stopped');
    const timer = setTimeout(() => settle(connected ? 'no answer in time' : 'no connection in time'), timeoutMs);
    const fail = (error: NodeJS.ErrnoException) => settle(error.code ?? error.message);
    request.once('socket', (socket) =>
      socket.once('connect', () => {
        connected = true;
      }),
    );
    request.once('response', (response) => {
      const { statusCode = 0 } = response;
      response
        .on('error', fail)
        .once('end', () => settle(statusCode >= 200 && statusCode < 400 ? undefined : `status ${statusCode}`));
      response.resume();
    });
    request.on('error', fail);
    signal.addEventListener('abort', abort);
    request.end();
    if (signal.aborted) abort();
  });
}
