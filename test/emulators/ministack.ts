/** ministack, a local AWS whose Route 53 is closer to the real one than moto's; its EC2 is not. */
import { join } from 'node:path';
import { type EmulatorProcess, startEmulator } from './emulator-process';

const SERVER = join(__dirname, '..', '..', '.setup', 'ministack-venv', 'bin', 'ministack');

export async function startMinistack(directory: string): Promise<EmulatorProcess> {
  return startEmulator(directory, {
    name: 'ministack',
    program: SERVER,
    setUp: 'node scripts/setup.mjs full',
    args: () => [],
    // It listens everywhere unless told, and hands on its own environment to functions.
    env: (own) => ({ BIND_HOST: '127.0.0.1', GATEWAY_PORT: String(own), TMPDIR: directory, AWS_ENDPOINT_URL: '' }),
    readyPath: '/_ministack/health',
  });
}
