/** Reads out of the slots' files how their proxies watch one another. */
import { HEARTBEAT_ENVIRONMENT_PATH } from '../../lib/private/contract';
import { UsageError } from '../usage-error';
import type { HeartbeatModel } from './model';

/** What is written on an instance: contents by path. */
export type HostFiles = ReadonlyMap<string, string>;

/** Undefined for a fleet without heartbeats. All slots have the same settings, or they would not understand one another. */
export function readHeartbeat(
  hosts: readonly { readonly slot: string; readonly files: HostFiles }[],
): HeartbeatModel | undefined {
  const found = hosts.map(({ slot, files }) => settingsOf(slot, files));
  const [first] = found;
  if (found.some((other) => other?.advertMs !== first?.advertMs)) {
    throw new UsageError('all slots must have the same heartbeat settings, got different ones: synthesize the stack again');
  }
  return first;
}

function settingsOf(slot: string, files: HostFiles): HeartbeatModel | undefined {
  const environment = files.get(HEARTBEAT_ENVIRONMENT_PATH);
  if (environment === undefined) return undefined;
  const advertMs = Number(/^ADVERT_MS='?(\d+)'?$/m.exec(environment)?.[1]);
  if (!(advertMs > 0)) {
    throw new UsageError(
      `slot ${slot} gets no ADVERT_MS in ${HEARTBEAT_ENVIRONMENT_PATH} in its user data: synthesize with this version of the library`,
    );
  }
  return { advertMs };
}
