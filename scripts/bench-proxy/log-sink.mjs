// Where stock configurations send a line for each request: a socket that somebody has open and nobody reads, so that what is measured
// is the proxy's own part of it.
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

const HOLD = `
  const { parentPort } = require('node:worker_threads');
  const socket = require('node:dgram').createSocket('udp4').bind(0, '127.0.0.1', () => {
    parentPort.postMessage(socket.address().port);
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  });
`;

/** Its address and port. It ends with the process. */
export async function openLogSink() {
  const worker = new Worker(HOLD, { eval: true });
  const [port] = await once(worker, 'message');
  worker.unref();
  return `127.0.0.1:${port}`;
}
