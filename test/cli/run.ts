import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';

export const COMMAND_LINE = join(__dirname, '..', '..', 'assets', 'cli', 'proxy-fleet.js');

export interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the bundled command line. `onOutput` sees what it has printed so far and may act on the process. */
export function proxyFleet(
  args: string[],
  options: {
    env?: NodeJS.ProcessEnv;
    onOutput?: (stdout: string, child: ChildProcess) => void;
    onStart?: (child: ChildProcess) => void;
  } = {},
): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [COMMAND_LINE, ...args], { env: { ...process.env, ...options.env } });
    options.onStart?.(child);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      options.onOutput?.(stdout, child);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.once('close', (status) => resolve({ status, stdout, stderr }));
  });
}
