import { Stack } from 'aws-cdk-lib';
import type { HeartbeatOptions } from '../host/heartbeat-file';
import type { FleetCore } from './fleet-core';
import { fleetUserData } from './fleet-user-data';
import { IpAddressType } from './ip-address-type';
import type { ISlot } from './slot';

/** What the instances of a fixed fleet are told, whatever their slot. */
export interface FleetOfSlots {
  readonly core: FleetCore;
  readonly slots: ISlot[];
  /** Number of virtual IPs. */
  readonly virtualIps: number;
  readonly heartbeat?: Pick<HeartbeatOptions, 'advertMs' | 'functionName'>;
}

/** Writes the user data of one slot, whose group has that logical id. */
export function slotUserData({ core, ...fleet }: FleetOfSlots, { slotName: slot }: ISlot, group: string): string {
  const { slots, virtualIps, heartbeat } = fleet;
  const dualStack = core.ipAddressType === IpAddressType.DUAL_STACK;
  const addresses = slots.map(({ slotName, networkInterface }) => {
    return { slot: slotName, address: networkInterface.attrPrimaryPrivateIpAddress };
  });
  return fleetUserData(core, {
    group,
    slot,
    heartbeat: heartbeat && { ...heartbeat, slots: addresses, slot, region: Stack.of(core.scope).region },
    environment: {
      ADDRESS_LISTS: dualStack ? 'local-ipv4s ipv6s' : 'local-ipv4s',
      ADDRESSES: String(1 + virtualIps + (dualStack ? 1 : 0)),
    },
  });
}
