/**
 * Looks at a proxy the way its clients do: over a fresh connection, on the very address that carries, or would carry, a virtual
 * IP.
 *
 * Gotchas: a refused, dropped or hung connection and a status other than 200 are all the same here; the live path must fail at
 * every attempt before an address counts as dead. Attempts do not wait for each other, so that a black hole is known soon. One bound
 * covers connecting and the whole answer, so a proxy that sends headers and then hangs is not taken for a live one.
 */
import { request } from 'node:http';
import { HOLDER_QUERY, LIVE_PATH, READY_PATH } from '../lib/private/contract';
import type { Health } from '../lib/private/takeover-contract';
import type { Clock } from './ports';

/** Asked like this, a proxy that is about to be drained is not ready any more, while it is for everybody else. */
const READY_TO_HOLD = `${READY_PATH}?${HOLDER_QUERY}`;

/** Health answers are a few bytes: whoever sends more is not a health path. */
const MAX_BODY_BYTES = 16_384;

export interface ProbeOptions {
  /** Where the health paths are answered; a function when that depends on the address. */
  readonly port: number | ((address: string) => number);
  /** Bound on one request in milliseconds, from connecting to the end of the answer. */
  readonly timeoutMs: number;
  readonly attempts: number;
  /** Milliseconds between the starts of two attempts. */
  readonly everyMs: number;
}

/** Looks at all addresses at the same time. */
export async function probeAddresses(
  addresses: readonly string[],
  options: ProbeOptions,
  clock: Clock,
): Promise<Record<string, Health>> {
  const looks = addresses.map(async (address) => [address, await probeAddress(address, options, clock)] as const);
  return Object.fromEntries(await Promise.all(looks));
}

/** Looks at one address until one attempt has an answer of both paths, or all attempts have failed. */
export async function probeAddress(address: string, options: ProbeOptions, clock: Clock): Promise<Health> {
  const { attempts, everyMs, timeoutMs } = options;
  const port = typeof options.port === 'number' ? options.port : options.port(address);
  return new Promise((resolve) => {
    let settled = false;
    let live = false;
    const settle = (health: Health) => {
      settled = true;
      resolve(health);
    };
    const attempt = async (number: number) => {
      await clock.sleep(number * everyMs);
      if (settled) return;
      const paths = [LIVE_PATH, READY_TO_HOLD].map((path) => statusOf({ host: address, port, path }, timeoutMs));
      const [liveStatus, readyStatus] = await Promise.all(paths);
      live ||= liveStatus === 200;
      if (live && readyStatus !== undefined) settle(readyStatus === 200 ? 'ready' : 'live');
    };
    const all = Array.from({ length: attempts }, (_, number) => attempt(number));
    void Promise.all(all).then(() => settle(live ? 'live' : 'dead'));
  });
}

/** The status of a complete answer; undefined when there was none in time. */
function statusOf(
  to: { readonly host: string; readonly port: number; readonly path: string },
  timeoutMs: number,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const call = request({ ...to, agent: false });
    const deadline = setTimeout(() => call.destroy(), timeoutMs);
    const settle = (status?: number): void => {
      clearTimeout(deadline);
      resolve(status);
    };
    call.on('error', () => settle());
    call.on('close', () => settle());
    call.on('response', (response) => {
      let bytes = 0;
      response.on('error', () => settle());
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_BODY_BYTES) call.destroy();
      });
      response.on('end', () => settle(response.statusCode));
    });
    call.end();
  });
}
