/**
 * One look of one Route 53 health checker at one endpoint.
 *
 * HTTP: connected within 4 s, then a status of 200 to 399 within 2 s, then (string match) the string within the first 5120 bytes of
 * the body within 2 s more. HTTPS counts its handshake to the 2 s after the connect and believes any certificate. TCP: connected
 * within 10 s. A check without an address asks DNS for an IPv4 address before every look. All of these are simulated seconds.
 *
 * Gotcha: AWS names no bound for that DNS request. Here it has as long as the connect that follows, and does not count to it.
 */
import { connect, isIPv4, type Socket } from 'node:net';
import { HEALTH_CHECK_TIMEOUT_SECONDS } from '../../lib/private/contract';
import type { EndpointCheck } from './health-check';
import { requestStatus } from './http-probe';
import { secured } from './tls-probe';

/** Simulated seconds of the first phases of a probe over HTTP. */
export const HTTP_SECONDS = { connect: 4, status: 2 };

export interface ProbeResult {
  readonly healthy: boolean;
  readonly reason: string;
}

/** Never rejects. An aborted probe resolves at once, and its result means nothing. */
export type Probe = (check: EndpointCheck, signal: AbortSignal) => Promise<ProbeResult>;

export interface ProbeOptions {
  /** Where on this machine a public address and port are played. */
  readonly dial: (ipAddress: string, port: number) => { address: string; port: number };
  /** The addresses of a name as they are now. */
  readonly resolve: (name: string) => Promise<readonly string[]>;
  /** Milliseconds on the wall that simulated milliseconds take. */
  readonly wall: (simulatedMilliseconds: number) => number;
}

/** What a probe may do; whatever it opened is closed when it is over. */
export interface Look {
  /** Starts the next phase: when it takes longer than this, the endpoint is unhealthy. */
  readonly within: (seconds: number, reason: string) => void;
  readonly connect: () => Promise<Socket>;
}

/** Looks over real sockets, which are gone when it resolves. */
export function socketProbe(options: ProbeOptions): Probe {
  return (check, signal) =>
    new Promise((resolve) => {
      const sockets: Socket[] = [];
      let over = false;
      let timer: NodeJS.Timeout | undefined;
      const settle = (healthy: boolean, reason: string) => {
        over = true;
        clearTimeout(timer);
        signal.removeEventListener('abort', abort);
        for (const socket of sockets) socket.destroy();
        resolve({ healthy, reason });
      };
      const abort = () => settle(false, 'stopped');
      const within = (seconds: number, reason: string) => {
        clearTimeout(timer);
        if (!over) timer = setTimeout(() => settle(false, `${reason} within ${seconds} s`), options.wall(seconds * 1000));
      };
      const connectTo = (ipAddress: string) => {
        if (over) throw new Error('stopped');
        const { address, port } = options.dial(ipAddress, check.port);
        const socket = connect({ host: address, port });
        sockets.push(socket);
        return connected(socket);
      };
      signal.addEventListener('abort', abort);
      if (signal.aborted) return abort();
      probe(check, options.resolve, { within, connectTo }).then(
        (reason) => settle(true, reason),
        (error) => settle(false, describe(error)),
      );
    });
}

interface Means {
  readonly within: Look['within'];
  readonly connectTo: (ipAddress: string) => Promise<Socket>;
}

/** Tells what it found healthy, or throws what it did not. */
async function probe(check: EndpointCheck, resolve: ProbeOptions['resolve'], { within, connectTo }: Means): Promise<string> {
  const connectSeconds = check.type === 'TCP' ? HEALTH_CHECK_TIMEOUT_SECONDS.TCP : HTTP_SECONDS.connect;
  let { ipAddress } = check;
  if (ipAddress === undefined) {
    const name = check.fullyQualifiedDomainName ?? '';
    within(connectSeconds, `no address of ${name}`);
    ipAddress = (await resolve(name).catch(() => [])).find(isIPv4);
    if (ipAddress === undefined) throw new Error(`${name} has no IPv4 address`);
  }
  const place = ipAddress;
  const look: Look = { within, connect: () => connectTo(place) };
  within(connectSeconds, 'no connection');
  const socket = await look.connect();
  if (check.type === 'TCP') return 'connected';
  within(HTTP_SECONDS.status, 'no status');
  return requestStatus(check, check.type.startsWith('HTTPS') ? await secured(check, socket, look) : socket, look);
}

function connected(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.on('error', reject).once('connect', () => resolve(socket));
  });
}

function describe(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED') return 'connection refused';
  return error.code === 'ECONNRESET' ? 'connection reset' : error.message;
}
