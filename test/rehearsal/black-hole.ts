/**
 * An address and port that swallow every attempt to connect, as a powered-off machine does, without privileges: the queue of a
 * listener that nobody serves is full, so the kernel drops what comes then. The listener sleeps in a process of its own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const LISTENER = `
  const [address, port] = process.argv.slice(1);
  const server = require('node:net').createServer().listen({ host: address, port: Number(port), backlog: 1 }, () => {
    require('node:fs').writeSync(1, server.address().port + '\\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000);
    process.exit();
  });
`;

export async function blackHole(address: string, port = 0): Promise<{ port: number; close(): Promise<void> }> {
  const listener = spawn(process.execPath, ['-e', LISTENER, address, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(listener.stdout, 'data')) as [Buffer];
  const place = { host: address, port: Number(line.toString()) };
  const fillers = Array.from({ length: 4 }, () => connect(place).on('error', () => undefined));
  await sleep(50);
  return {
    port: place.port,
    close: async () => {
      for (const filler of fillers) filler.destroy();
      const exited = once(listener, 'exit');
      listener.kill('SIGKILL');
      await exited;
    },
  };
}
