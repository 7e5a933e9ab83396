import {
  CERTIFICATES_PATH,
  CLOUDWATCH_AGENT_PATH,
  DRAIN_PATH,
  GUARD_PATH,
  HEARTBEAT_PATH,
  KEEPALIVED_CONFIG_SCRIPT_PATH,
  WATCHDOG_PATH,
  ZONE_AFFINITY_PATH,
} from '../private/contract';
import { PUBLISH_PATH } from '../private/pool-contract';
import { CERTIFICATES_SCRIPT } from './certificates-script';
import { CERTIFICATES_TIMER, CERTIFICATES_UNIT } from './certificates-units';
import { CLOUDWATCH_AGENT_CONFIG } from './cloudwatch-agent';
import { DRAIN_SCRIPT } from './drain-script';
import { DRAIN_UNIT, DRAIN_UNIT_NAME } from './drain-unit';
import { GUARD_SCRIPT } from './guard-script';
import { HEARTBEAT_SCRIPT } from './heartbeat-script';
import { GUARD_UNIT, HEARTBEAT_UNIT, KEEPALIVED_DROP_IN, WATCHDOG_UNIT } from './heartbeat-units';
import { JOURNAL_LIMITS, SYSCTLS, ZONE_AFFINITY_UNIT } from './host-settings';
import { KEEPALIVED_CONFIG_SCRIPT } from './keepalived-config';
import { PUBLISH_SCRIPT, PUBLISH_UNIT, PUBLISH_UNIT_NAME } from './publish-script';
import { WATCHDOG_SCRIPT } from './watchdog-script';
import { ZONE_AFFINITY_SCRIPT } from './zone-affinity-script';

/**
 * What is the same on every instance of every fleet, by its path there. The build writes it into a folder, which a deploy uploads and
 * instances fetch: in user data there is no room for it.
 */
export const PROGRAMS: Readonly<Record<string, string>> = {
  [DRAIN_PATH]: DRAIN_SCRIPT,
  [`/etc/systemd/system/${DRAIN_UNIT_NAME}.service`]: DRAIN_UNIT,
  [WATCHDOG_PATH]: WATCHDOG_SCRIPT,
  [GUARD_PATH]: GUARD_SCRIPT,
  [HEARTBEAT_PATH]: HEARTBEAT_SCRIPT,
  [KEEPALIVED_CONFIG_SCRIPT_PATH]: KEEPALIVED_CONFIG_SCRIPT,
  [ZONE_AFFINITY_PATH]: ZONE_AFFINITY_SCRIPT,
  [CERTIFICATES_PATH]: CERTIFICATES_SCRIPT,
  [CLOUDWATCH_AGENT_PATH]: CLOUDWATCH_AGENT_CONFIG,
  [PUBLISH_PATH]: PUBLISH_SCRIPT,
  [`/etc/systemd/system/${PUBLISH_UNIT_NAME}.service`]: PUBLISH_UNIT,
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
