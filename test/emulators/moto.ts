/** moto, a local AWS. */
import { join } from 'node:path';
import { startEmulator } from './emulator-process';

export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

const SERVER = join(__dirname, '..', '..', '.venv', 'bin', 'moto_server');

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
  const { port, log, stop } = await startEmulator(directory, {
    name: 'moto',
    program: SERVER,
    setUp: 'node scripts/setup.mjs test',
    args: (own) => ['-H', '127.0.0.1', '-p', String(own)],
    env: () => ({ MOTO_ACCOUNT_ID: ACCOUNT }),
    readyPath: '/moto-api/',
  });
  const endpoint = `http://localhost:${port}`;
  return {
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
    log,
    stop,
  };
}
