// A worker that opens connection after connection, asks for one thing on each, and counts what does not come. It runs beside the test,
// so that a busy test never looks like a slow proxy.
import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { host, port, sources, total, parallel } = workerData;
const REQUEST = `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
const PATIENCE_MS = 10_000;
const REPORT_EVERY = 100;

let opened = 0;
let ended = 0;
const failures = {};

for (let lane = 0; lane < parallel; lane++) next();

function next() {
  if (opened === total) return;
  // Each address has ports of its own, and a port rests for a minute after its use.
  const socket = connect({ host, port, localAddress: sources[opened % sources.length] });
  opened++;
  let answer = '';
  let failure;
  socket.setTimeout(PATIENCE_MS, () => socket.destroy(new Error('timeout')));
  socket.setEncoding('latin1').on('data', (text) => (answer += text));
  socket.once('connect', () => socket.write(REQUEST));
  socket.once('error', (error) => (failure = error.code ?? error.message));
  socket.once('close', () => {
    // Every answer ends with the same word, so that half of one is none.
    failure ??=
      answer.startsWith('HTTP/1.1 200 ') && answer.endsWith('\r\n\r\nwhole') ? undefined : `answer '${answer.slice(0, 40)}'`;
    if (failure !== undefined) failures[failure] = (failures[failure] ?? 0) + 1;
    ended++;
    if (ended % REPORT_EVERY === 0 || ended === total) parentPort.postMessage({ ended, failures });
    next();
  });
}
