/** moto, a local AWS, as a server of its own for one test file: nothing in it survives, and no request leaves the machine. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

const SERVER = join(__dirname, '..', '..', '.venv', 'bin', 'moto_server');
const READY_WITHIN_MS = 30_000;

export interface Moto {
  /** With the name and not the address of this host: moto knows S3 addresses of its own by it. */
  readonly endpoint: string;
  /** What a program needs to take moto for AWS, and nothing of the user's own settings. */
  readonly environment: Record<string, string>;
  readonly log: () => string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts moto and waits until it answers.
 *
 * @param directory gets the log and stands in for the home of the programs that talk to moto
 */
export async function startMoto(directory: string): Promise<Moto> {
  if (!existsSync(SERVER)) throw new Error('no moto in .venv: run node scripts/setup.mjs test');
  const port = await freePort();
  const logFile = join(directory, 'moto.log');
  const output = openSync(logFile, 'w');
  const server = spawn(SERVER, ['-H', '127.0.0.1', '-p', String(port)], {
    stdio: ['ignore', output, output],
    env: { ...process.env, MOTO_ACCOUNT_ID: ACCOUNT },
  });
  const kill = () => server.kill('SIGKILL');
  process.once('exit', kill);
  const ended = once(server, 'exit');

  const endpoint = `http://localhost:${port}`;
  const moto: Moto = {
    endpoint,
    environment: {
      PATH: process.env.PATH ?? '',
      HOME: directory,
      CDK_HOME: directory,
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: REGION,
      AWS_EC2_METADATA_DISABLED: 'true',
      CI: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_DISABLE_VERSION_CHECK: '1',
    },
    log: () => readFileSync(logFile, 'utf8'),
    stop: async () => {
      kill();
      await ended;
      process.removeListener('exit', kill);
    },
  };

  const deadline = performance.now() + READY_WITHIN_MS;
  while (!(await answers(`${endpoint}/moto-api/`))) {
    if (server.exitCode === null && performance.now() < deadline) {
      await pause(50);
      continue;
    }
    await moto.stop();
    throw new Error(`moto did not start within ${READY_WITHIN_MS / 1000} s: ${moto.log().slice(-1000)}`);
  }
  return moto;
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
