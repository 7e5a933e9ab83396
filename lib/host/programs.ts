import { CERTIFICATES_PATH, HEARTBEAT_PATH, KEEPALIVED_CONFIG_SCRIPT_PATH, WATCHDOG_PATH } from '../private/contract';
import { CERTIFICATES_SCRIPT } from './certificates-script';
import { CERTIFICATES_TIMER, CERTIFICATES_UNIT } from './certificates-units';
import { HEARTBEAT_SCRIPT } from './heartbeat-script';
import { HEARTBEAT_UNIT, KEEPALIVED_DROP_IN, WATCHDOG_UNIT } from './heartbeat-units';
import { KEEPALIVED_CONFIG_SCRIPT } from './keepalived-config';
import { WATCHDOG_SCRIPT } from './watchdog-script';

/**
 * What is the same on every instance of every fleet, by its path there. The build writes it into a folder, which a deploy uploads and
 * instances fetch: in user data there is no room for it.
 */
export const PROGRAMS: Readonly<Record<string, string>> = {
  [WATCHDOG_PATH]: WATCHDOG_SCRIPT,
  [HEARTBEAT_PATH]: HEARTBEAT_SCRIPT,
  [KEEPALIVED_CONFIG_SCRIPT_PATH]: KEEPALIVED_CONFIG_SCRIPT,
  [CERTIFICATES_PATH]: CERTIFICATES_SCRIPT,
  '/etc/systemd/system/proxy-fleet-watchdog.service': WATCHDOG_UNIT,
  '/etc/systemd/system/proxy-fleet-heartbeat.service': HEARTBEAT_UNIT,
  '/etc/systemd/system/proxy-fleet-certificates.service': CERTIFICATES_UNIT,
  '/etc/systemd/system/proxy-fleet-certificates.timer': CERTIFICATES_TIMER,
  '/etc/systemd/system/keepalived.service.d/proxy-fleet.conf': KEEPALIVED_DROP_IN,
};
