import { CERTIFICATES_PATH, GUARD_PATH, HEARTBEAT_PATH, KEEPALIVED_CONFIG_SCRIPT_PATH, WATCHDOG_PATH } from '../private/contract';
import { CERTIFICATES_SCRIPT } from './certificates-script';
import { CERTIFICATES_TIMER, CERTIFICATES_UNIT } from './certificates-units';
import { GUARD_SCRIPT } from './guard-script';
import { HEARTBEAT_SCRIPT } from './heartbeat-script';
import { GUARD_UNIT, HEARTBEAT_UNIT, KEEPALIVED_DROP_IN, WATCHDOG_UNIT } from './heartbeat-units';
import { JOURNAL_LIMITS, SYSCTLS, ZONE_AFFINITY_UNIT } from './host-settings';
import { KEEPALIVED_CONFIG_SCRIPT } from './keepalived-config';
import { WATCHDOG_SCRIPT } from './watchdog-script';

/**
 * What is the same on every instance of every fleet, by its path there. The build writes it into a folder, which a deploy uploads and
 * instances fetch: in user data there is no room for it.
 */
export const PROGRAMS: Readonly<Record<string, string>> = {
  [WATCHDOG_PATH]: WATCHDOG_SCRIPT,
  [GUARD_PATH]: GUARD_SCRIPT,
  [HEARTBEAT_PATH]: HEARTBEAT_SCRIPT,
  [KEEPALIVED_CONFIG_SCRIPT_PATH]: KEEPALIVED_CONFIG_SCRIPT,
  [CERTIFICATES_PATH]: CERTIFICATES_SCRIPT,
  '/etc/systemd/system/proxy-fleet-watchdog.service': WATCHDOG_UNIT,
  '/etc/systemd/system/proxy-fleet-guard.service': GUARD_UNIT,
  '/etc/systemd/system/proxy-fleet-zone-affinity.service': ZONE_AFFINITY_UNIT,
  '/etc/systemd/system/proxy-fleet-heartbeat.service': HEARTBEAT_UNIT,
  '/etc/systemd/system/proxy-fleet-certificates.service': CERTIFICATES_UNIT,
  '/etc/systemd/system/proxy-fleet-certificates.timer': CERTIFICATES_TIMER,
  '/etc/systemd/system/keepalived.service.d/proxy-fleet.conf': KEEPALIVED_DROP_IN,
  '/etc/systemd/journald.conf.d/proxy-fleet.conf': JOURNAL_LIMITS,
  '/etc/sysctl.d/90-proxy-fleet.conf': SYSCTLS,
};
