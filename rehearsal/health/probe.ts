/**
 * One look of one Route 53 health checker at one endpoint.
 *
 * HTTP: connected within 4 s, then a status of 200 to 399 within 2 s, then (string match) the string within the first 5120 bytes of
 * the body within 2 s more. HTTPS counts its handshake to the 2 s after the connect and believes any certificate. TCP: connected
 * within 10 s. All of these are simulated seconds.
 */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect, isIPv6, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { createGunzip, createInflate } from 'node:zlib';
import { HEALTH_CHECK_TIMEOUT_SECONDS } from '../../lib/private/contract';
import type { EndpointCheck } from './health-check';

/** Simulated seconds of each phase of a probe over HTTP. */
export const HTTP_SECONDS = { connect: 4, status: 2, body: 2 };
const SEARCHED_BYTES = 5120;

export interface ProbeResult {
  readonly healthy: boolean;
  readonly reason: string;
}

/** Never rejects. An aborted probe resolves at once, and its result means nothing. */
export type Probe = (check: EndpointCheck, signal: AbortSignal) => Promise<ProbeResult>;

export interface ProbeOptions {
  /** Where on this machine a public address and port are played. */
  readonly dial: (ipAddress: string, port: number) => { address: string; port: number };
  /** Milliseconds on the wall that simulated milliseconds take. */
  readonly wall: (simulatedMilliseconds: number) => number;
}

/** Looks over real sockets, which are gone when it resolves. */
export function socketProbe(options: ProbeOptions): Probe {
  return (check, signal) =>
    new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const within = (seconds: number, reason: string) => {
        clearTimeout(timer);
        timer = setTimeout(() => settle(false, `${reason} within ${seconds} s`), options.wall(seconds * 1000));
      };
      let connection: Socket | ClientRequest | undefined;
      const settle = (healthy: boolean, reason: string) => {
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        connection?.destroy();
        resolve({ healthy, reason });
      };
      const abort = () => settle(false, 'stopped');
      const fail = (error: unknown) => settle(false, describe(error as NodeJS.ErrnoException));
      try {
        const place = options.dial(hostOf(check), check.port);
        connection = check.type === 'TCP' ? probeTcp(place, { within, settle }) : probeHttp(check, place, { within, settle });
        connection.on('error', fail);
      } catch (error) {
        // A path or a port that no request can have.
        return fail(error);
      }
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
    });
}

interface Phases {
  /** Starts the next phase: when it takes longer than this, the endpoint is unhealthy. */
  readonly within: (seconds: number, reason: string) => void;
  readonly settle: (healthy: boolean, reason: string) => void;
}

type Place = ReturnType<ProbeOptions['dial']>;

function probeTcp({ address, port }: Place, { within, settle }: Phases): Socket {
  within(HEALTH_CHECK_TIMEOUT_SECONDS.TCP, 'no connection');
  return connect({ host: address, port }).once('connect', () => settle(true, 'connected'));
}

function probeHttp(check: EndpointCheck, { address, port }: Place, { within, settle }: Phases): ClientRequest {
  within(HTTP_SECONDS.connect, 'no connection');
  const request = (check.type.startsWith('HTTPS') ? httpsRequest : httpRequest)({
    host: address,
    port,
    path: check.resourcePath || '/',
    headers: {
      Host: hostHeaderOf(check),
      'User-Agent': `Amazon-Route53-Health-Check-Service (ref ${check.id})`,
      Connection: 'close',
    },
    agent: false,
    rejectUnauthorized: false,
  });
  request.once('socket', (socket) => socket.once('connect', () => within(HTTP_SECONDS.status, 'no status')));
  request.once('response', (response: IncomingMessage) => {
    const { statusCode = 0 } = response;
    const good = statusCode >= 200 && statusCode < 400;
    if (!good || check.searchString === undefined || !check.type.endsWith('STR_MATCH'))
      return settle(good, `status ${statusCode}`);
    within(HTTP_SECONDS.body, 'string not found');
    search(response, check.searchString, settle);
  });
  request.once('upgrade', () => settle(false, 'status 101'));
  return request.end();
}

/** Settles as soon as the string is there, or cannot come any more. */
function search(response: IncomingMessage, searchString: string, settle: Phases['settle']): void {
  let seen = Buffer.alloc(0);
  const body = decompressed(response);
  const fail = () => settle(false, `string not found in ${seen.length} bytes`);
  body.on('data', (chunk: Buffer) => {
    seen = Buffer.concat([seen, chunk]).subarray(0, SEARCHED_BYTES);
    if (seen.includes(searchString)) settle(true, 'string found');
    else if (seen.length === SEARCHED_BYTES) fail();
  });
  body.once('end', fail);
  for (const stream of [response, body]) stream.on('error', fail);
}

function decompressed(response: IncomingMessage): Readable {
  const encoding = response.headers['content-encoding'];
  if (encoding === 'gzip') return response.pipe(createGunzip());
  return encoding === 'deflate' ? response.pipe(createInflate()) : response;
}

/** As Route 53 writes it: the port is left out only where it is the protocol's own. */
function hostHeaderOf({ type, ipAddress, fullyQualifiedDomainName, port }: EndpointCheck): string {
  const name = fullyQualifiedDomainName ?? ipAddress ?? '';
  const host = isIPv6(name) ? `[${name}]` : name;
  return port === (type.startsWith('HTTPS') ? 443 : 80) ? host : `${host}:${port}`;
}

function hostOf({ ipAddress, fullyQualifiedDomainName }: EndpointCheck): string {
  return ipAddress ?? fullyQualifiedDomainName ?? '';
}

function describe(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED') return 'connection refused';
  return error.code === 'ECONNRESET' ? 'connection reset' : error.message;
}
