import { HEARTBEAT_PATH, KEEPALIVED_CONFIG_SCRIPT_PATH, WATCHDOG_PATH } from '../private/contract';
import { HEARTBEAT_SCRIPT } from './heartbeat-script';
import { KEEPALIVED_CONFIG_SCRIPT } from './keepalived-config';
import { WATCHDOG_SCRIPT } from './watchdog-script';

/** The programs of heartbeats, by their path on an instance. The build packs them. */
export const HEARTBEAT_SCRIPTS: Record<string, string> = {
  [KEEPALIVED_CONFIG_SCRIPT_PATH]: KEEPALIVED_CONFIG_SCRIPT,
  [WATCHDOG_PATH]: WATCHDOG_SCRIPT,
  [HEARTBEAT_PATH]: HEARTBEAT_SCRIPT,
};
