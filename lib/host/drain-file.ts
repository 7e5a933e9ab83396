import { DRAIN_ENVIRONMENT_PATH, DRAIN_HOOK, DRAIN_SECONDS } from '../private/contract';
import type { HostFile } from './cloud-config';

/** How long a proxy serves once its ready path fails, in seconds. */
export interface DrainTimes {
  /** When all virtual IPs have left it: as long as names of its own addresses may lead to it. */
  readonly ownSeconds: number;
  /** When some could not leave: as long as any name may lead to it. */
  readonly withVirtualIpsSeconds: number;
}

/** Longest time in seconds that a drain takes. */
export function longestDrainSeconds({ withVirtualIpsSeconds }: DrainTimes): number {
  const { virtualIps, stop, rest } = DRAIN_SECONDS;
  return virtualIps + withVirtualIpsSeconds + stop + rest;
}

/** Writes what a drain needs to know beside the slot's own environment. */
export function renderDrainFile(slot: string, times: DrainTimes): HostFile {
  const environment = {
    SLOT: slot,
    HOOK: DRAIN_HOOK,
    HOOK_SECONDS: longestDrainSeconds(times),
    VIRTUAL_IP_SECONDS: DRAIN_SECONDS.virtualIps,
    SERVE_SECONDS: times.ownSeconds,
    SERVE_SECONDS_WITH_VIRTUAL_IPS: times.withVirtualIpsSeconds,
    STOP_SECONDS: DRAIN_SECONDS.stop,
  };
  const lines = Object.entries(environment).map(([name, value]) => `${name}='${value}'\n`);
  return { path: DRAIN_ENVIRONMENT_PATH, permissions: '0644', content: lines.join('') };
}
