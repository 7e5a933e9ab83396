// Load of each kind, and what came of it.
import { run } from './processes.mjs';

/** Path of a small body, and of one of a megabyte. */
export const SMALL = '/small';
export const LARGE = '/1m';

export const LARGE_BYTES = 1024 * 1024;

/** What a load is: whether over the HTTP or the TCP listener, which body, over how many connections, and whether each is closed. */
export const LOADS = [
  { name: 'keep-alive', listener: 'http', path: SMALL, connections: 64 },
  { name: 'close', listener: 'http', path: SMALL, connections: 64, close: true },
  { name: '1 MB', listener: 'http', path: LARGE, connections: 16 },
  { name: 'TCP keep-alive', listener: 'tcp', path: SMALL, connections: 64 },
  { name: 'TCP close', listener: 'tcp', path: SMALL, connections: 64, close: true },
  { name: 'TCP 1 MB', listener: 'tcp', path: LARGE, connections: 16 },
];

/** Whether the tool can make a load: h2load takes a closed connection of HTTP/1.1 for a failure. */
export function canMake(tool, { close }) {
  return tool.name === 'wrk' || !close;
}

/** Makes a load for some seconds: requests that were answered, those that failed, and the seconds that it took. */
export async function makeLoad(tool, pin, { connections, path, close }, place, seconds) {
  const url = `http://${place.address}:${place.port}${path}`;
  if (tool.name === 'wrk') {
    const header = close ? ['-H', 'Connection: close'] : [];
    const output = await run([...pin, tool.path, '-t1', `-c${connections}`, `-d${seconds}s`, ...header, url]);
    return readWrk(output);
  }
  return readH2load(await run([...pin, tool.path, '--h1', '-t1', `-c${connections}`, '-D', String(seconds), url]), seconds);
}

export function readWrk(output) {
  const [, requests, took, unit] = /(\d+) requests in ([\d.]+)(m?s|m)\b/.exec(output) ?? [];
  if (requests === undefined) throw new Error(`wrk said nothing of its requests: ${output}`);
  const errors = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(output) ?? [];
  const refused = /Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0;
  const failed = [...errors.slice(1), refused].reduce((sum, count) => sum + Number(count), 0);
  return { requests: Number(requests) - Number(refused), failed, seconds: Number(took) * { ms: 0.001, s: 1, m: 60 }[unit] };
}

export function readH2load(output, seconds) {
  const [, requests, failed] = /(\d+) succeeded, (\d+) failed/.exec(output) ?? [];
  if (requests === undefined) throw new Error(`h2load said nothing of its requests: ${output}`);
  const [, good, ...others] = /status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx/.exec(output) ?? [0, requests];
  return { requests: Number(good), failed: Number(failed) + others.reduce((sum, each) => sum + Number(each), 0), seconds };
}
