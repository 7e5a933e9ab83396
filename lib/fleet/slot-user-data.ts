import { Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { HeartbeatOptions } from '../host/heartbeat-file';
import { renderUserData } from '../host/user-data';
import { fleetNameOf } from '../private/validate';
import type { FleetCore } from './fleet-core';
import { IpAddressType } from './ip-address-type';
import type { ISlot } from './slot';
import { cidrsByZone } from './zone-cidrs';

/** What the instances of a fixed fleet are told, whatever their slot. */
export interface FleetOfSlots {
  readonly core: FleetCore;
  readonly vpc: ec2.IVpc;
  readonly slots: ISlot[];
  /** Number of virtual IPs. */
  readonly virtualIps: number;
  readonly heartbeat?: Pick<HeartbeatOptions, 'advertMs' | 'functionName'>;
}

/** Writes the user data of one slot, whose group has that logical id. */
export function slotUserData({ core, ...fleet }: FleetOfSlots, slot: ISlot, groupLogicalId: string): string {
  const { slots, heartbeat } = fleet;
  const { bootCommands, certificates, drain, ipAddressType, listeners, scope } = core;
  const stack = Stack.of(scope);
  const engine = core.engine._bind(
    listeners.map((listener) => listener._config()),
    ipAddressType,
  );
  const dualStack = ipAddressType === IpAddressType.DUAL_STACK;
  const { own, other } = cidrsByZone(scope, fleet.vpc, slot.availabilityZone);
  const environment = {
    STACK: stack.stackName,
    REGION: stack.region,
    PROGRAMS: core.programs,
    LISTENERS: listeners.map(({ port }) => port).join(' '),
    ZONE_CIDRS: own.join(' '),
    OTHER_CIDRS: other.join(' '),
    RESOURCE: groupLogicalId,
    ...(core.cloudWatchAgent && { FLEET: fleetNameOf(scope) }),
    ADDRESS_LISTS: dualStack ? 'local-ipv4s ipv6s' : 'local-ipv4s',
    ADDRESSES: String(1 + fleet.virtualIps + (dualStack ? 1 : 0)),
  };
  const addresses = slots.map(({ slotName, networkInterface }) => {
    return { slot: slotName, address: networkInterface.attrPrimaryPrivateIpAddress };
  });
  return renderUserData(engine, environment, {
    slot: slot.slotName,
    drain: drain.times,
    bootCommands,
    certificates,
    heartbeat: heartbeat && { ...heartbeat, slots: addresses, slot: slot.slotName, region: stack.region },
  });
}
