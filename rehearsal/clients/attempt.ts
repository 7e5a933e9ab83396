/** One HTTP request over a connection of its own to one address. Over TLS any certificate will do. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Door } from '../proxies/surroundings';

export interface Attempt {
  readonly ok: boolean;
  /** Whether the connection came about: if it did not, nothing was sent and another address may be tried. */
  readonly connected: boolean;
  /** Why it failed. */
  readonly error?: string;
}

export interface AttemptOptions extends Door {
  readonly address: string;
  readonly host: string;
  /** From the first packet to the last byte of the answer. */
  readonly timeoutMs: number;
}

/** Never rejects. An aborted attempt resolves at once, and its result means nothing. */
export function attempt({ address, port, tls = false, host, timeoutMs }: AttemptOptions, signal: AbortSignal): Promise<Attempt> {
  return new Promise((resolve) => {
    let connected = false;
    const options = { host: address, port, path: '/', headers: { Host: host, Connection: 'close' }, agent: false };
    const request = tls ? httpsRequest({ ...options, servername: host, rejectUnauthorized: false }) : httpRequest(options);
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
