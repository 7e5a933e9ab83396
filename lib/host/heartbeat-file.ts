import { HEARTBEAT_ENVIRONMENT_PATH } from '../private/contract';
import type { HostFile } from './cloud-config';

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

/** Writes what the programs that make hints of a slot's failure need to know. */
export function renderHeartbeatFile(options: HeartbeatOptions): HostFile {
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
  const lines = Object.entries(environment).map(([name, value]) => `${name}='${value}'\n`);
  return { path: HEARTBEAT_ENVIRONMENT_PATH, permissions: '0644', content: lines.join('') };
}
