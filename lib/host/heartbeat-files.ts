import { HEARTBEAT_ENVIRONMENT_PATH, HEARTBEAT_PATH, KEEPALIVED_CONFIG_SCRIPT_PATH, WATCHDOG_PATH } from '../private/contract';
import type { HostFile } from './cloud-config';
import { HEARTBEAT_SCRIPT } from './heartbeat-script';
import { HEARTBEAT_UNIT, KEEPALIVED_DROP_IN, WATCHDOG_UNIT } from './heartbeat-units';
import { KEEPALIVED_CONFIG_SCRIPT } from './keepalived-config';
import { WATCHDOG_SCRIPT } from './watchdog-script';

/** Most VRRP instances of an interface: a router id is one byte and not zero. */
const MAX_SLOTS = 255;

/** What a proxy needs to know of its fleet to exchange heartbeats. */
export interface HeartbeatOptions {
  /** All slots of the fleet in their order, with their interfaces' primary private IPv4 addresses, which may be tokens. */
  readonly slots: { readonly slot: string; readonly address: string }[];
  /** The proxy's own slot. */
  readonly slot: string;
  /** Milliseconds between two adverts: whole hundredths of a second, which is as fine as VRRP counts. */
  readonly advertMs: number;
  /** Name or ARN of the takeover function. */
  readonly functionName: string;
  readonly region: string;
}

/** Writes what makes hints of a slot's failure: keepalived's configuration, the watchdog, the sender, and their units. */
export function renderHeartbeatFiles(options: HeartbeatOptions): HostFile[] {
  const { slots, slot, advertMs, functionName, region } = options;
  if (slots.length < 2 || slots.length > MAX_SLOTS)
    throw new Error(`heartbeats need 2 to ${MAX_SLOTS} slots, got ${slots.length}: change 'proxies'`);
  const place = slots.findIndex((other) => other.slot === slot) + 1;
  if (place === 0) throw new Error(`slot must be one of the fleet's, got '${slot}': give one of ${slots.map((one) => one.slot)}`);
  const environment = {
    SLOT: place,
    ADDRESSES: slots.map(({ address }) => address).join(' '),
    ADVERT_MS: advertMs,
    FUNCTION: functionName,
    REGION: region,
  };
  const contents = {
    [HEARTBEAT_ENVIRONMENT_PATH]: Object.entries(environment)
      .map(([name, value]) => `${name}='${value}'\n`)
      .join(''),
    [KEEPALIVED_CONFIG_SCRIPT_PATH]: KEEPALIVED_CONFIG_SCRIPT,
    [WATCHDOG_PATH]: WATCHDOG_SCRIPT,
    [HEARTBEAT_PATH]: HEARTBEAT_SCRIPT,
    '/etc/systemd/system/proxy-fleet-watchdog.service': WATCHDOG_UNIT,
    '/etc/systemd/system/proxy-fleet-heartbeat.service': HEARTBEAT_UNIT,
    '/etc/systemd/system/keepalived.service.d/proxy-fleet.conf': KEEPALIVED_DROP_IN,
  };
  return Object.entries(contents).map(([path, content]) => ({
    path,
    permissions: '0644',
    content,
    packed: path.endsWith('.py'),
  }));
}
