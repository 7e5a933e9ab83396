/** A local AWS as a server of its own for one test file: nothing in it survives, and no request leaves the machine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const READY_WITHIN_MS = 30_000;

export interface EmulatorOptions {
  readonly name: string;
  readonly program: string;
  /** What makes the program, when it is not there. */
  readonly setUp: string;
  readonly args: (port: number) => string[];
  readonly env: (port: number) => Record<string, string>;
  /** Answers once all is ready. */
  readonly readyPath: string;
}

export interface EmulatorProcess {
  readonly port: number;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts it and waits until it answers.
 *
 * @param directory gets the log
 */
export async function startEmulator(directory: string, options: EmulatorOptions): Promise<EmulatorProcess> {
  const { name, program, setUp, readyPath } = options;
  if (!existsSync(program)) throw new Error(`no ${name}: run ${setUp}`);
  const port = await freePort();
  const logFile = join(directory, `${name}.log`);
  const output = openSync(logFile, 'w');
  const server = spawn(program, options.args(port), {
    stdio: ['ignore', output, output],
    env: { ...process.env, ...options.env(port) },
  });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(server, 'exit');
  const log = () => readFileSync(logFile, 'utf8');
  const stop = async () => {
    kill();
    await ended;
    process.removeListener('exit', kill);
  };

  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await answers(`http://localhost:${port}${readyPath}`))) {
    if (server.exitCode === null && performance.now() < deadline) {
      await pause(50);
      continue;
    }
    await stop();
    throw new Error(`${name} did not start within ${READY_WITHIN_MS / 1000} s: ${log().slice(-1000)}`);
  }
  return { port, log, stop };
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1000) })).status < 500;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1');
  return address.port;
}
