/**
 * The guard of a slot: the very script that the instance would run, beside the slot's watchdog. What it does to an instance it does here
 * to the processes of the proxy; ports that it would reject stay as they are.
 *
 * Gotcha: it runs in real time, whatever the time scale is.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HEALTH_PORT, LIVE_PATH } from '../../lib/private/contract';
import type { Children } from './children';

export interface GuardOptions {
  readonly slot: string;
  /** Address of the proxy that it guards. */
  readonly address: string;
  readonly script: string;
  /** Where the watchdog writes its verdict. */
  readonly healthFile: string;
  /** Where the number of the proxy's process, or its group, stands. */
  readonly pidFile: string;
  /** What it says of what it does. */
  readonly onLine: (line: string) => void;
}

export function startGuard(children: Children, options: GuardOptions): void {
  const { slot, address, script, healthFile, pidFile, onLine } = options;
  const path = join(children.directory, `guard-${slot}.py`);
  writeFileSync(path, script);
  const environment = {
    HEALTH_URL: `http://${address}:${HEALTH_PORT}${LIVE_PATH}`,
    HEALTH_FILE: healthFile,
    DRAIN_STATE: join(children.directory, 'no-drain'),
    UNIT_STATE_COMMAND: 'echo active',
    KILL_COMMAND: `kill -KILL $(cat '${pidFile}')`,
    REJECT_COMMAND: 'true',
    ACCEPT_COMMAND: 'true',
    REPORT_COMMAND: 'true',
    NOTIFY_SOCKET: undefined,
  };
  children.relyOn(children.start('python3', ['-u', path], { environment, onLine }), `the guard of slot ${slot}`);
}
