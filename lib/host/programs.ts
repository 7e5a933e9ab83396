import { DRAIN_PATH, HEARTBEAT_PATH, KEEPALIVED_CONFIG_SCRIPT_PATH, WATCHDOG_PATH } from '../private/contract';
import { DRAIN_SCRIPT } from './drain-script';
import { DRAIN_UNIT, DRAIN_UNIT_NAME } from './drain-unit';
import { HEARTBEAT_SCRIPT } from './heartbeat-script';
import { HEARTBEAT_UNIT, KEEPALIVED_DROP_IN, WATCHDOG_UNIT } from './heartbeat-units';
import { KEEPALIVED_CONFIG_SCRIPT } from './keepalived-config';
import { WATCHDOG_SCRIPT } from './watchdog-script';

/**
 * What is the same on every instance of every fleet, by its path there. The build writes it into a folder, which a deploy uploads and
 * instances fetch: in user data there is no room for it.
 */
export const PROGRAMS: Readonly<Record<string, string>> = {
  [DRAIN_PATH]: DRAIN_SCRIPT,
  [`/etc/systemd/system/${DRAIN_UNIT_NAME}.service`]: DRAIN_UNIT,
  [WATCHDOG_PATH]: WATCHDOG_SCRIPT,
  [HEARTBEAT_PATH]: HEARTBEAT_SCRIPT,
  [KEEPALIVED_CONFIG_SCRIPT_PATH]: KEEPALIVED_CONFIG_SCRIPT,
  '/etc/systemd/system/proxy-fleet-watchdog.service': WATCHDOG_UNIT,
  '/etc/systemd/system/proxy-fleet-heartbeat.service': HEARTBEAT_UNIT,
  '/etc/systemd/system/keepalived.service.d/proxy-fleet.conf': KEEPALIVED_DROP_IN,
};
