import { Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { ProxyEngine } from '../engine/proxy-engine';
import type { CertificateOptions } from '../host/certificates-file';
import type { DrainTimes } from '../host/drain-file';
import type { HeartbeatOptions } from '../host/heartbeat-file';
import { renderUserData } from '../host/user-data';
import { IpAddressType } from './ip-address-type';
import type { Listener } from './listener';
import type { ISlot } from './slot';
import { cidrsByZone } from './zone-cidrs';

/** What the instances of a fleet are told, whatever their slot. */
export interface FleetOfInstances {
  readonly scope: Construct;
  readonly vpc: ec2.IVpc;
  readonly slots: ISlot[];
  readonly listeners: Listener[];
  readonly engine: ProxyEngine;
  readonly ipAddressType: IpAddressType;
  /** Number of virtual IPs. */
  readonly virtualIps: number;
  /** Where the programs for instances are. */
  readonly programs: string;
  readonly bootCommands?: string[];
  readonly drain: DrainTimes;
  readonly certificates?: CertificateOptions;
  readonly heartbeat?: Pick<HeartbeatOptions, 'advertMs' | 'functionName'>;
}

/** Writes the user data of one slot, whose group has that logical id. */
export function slotUserData(fleet: FleetOfInstances, slot: ISlot, groupLogicalId: string): string {
  const { slots, listeners, ipAddressType, heartbeat, bootCommands, certificates, drain } = fleet;
  const stack = Stack.of(fleet.scope);
  const engine = fleet.engine._bind(
    listeners.map((listener) => listener._config()),
    ipAddressType,
  );
  const dualStack = ipAddressType === IpAddressType.DUAL_STACK;
  const { own, other } = cidrsByZone(fleet.scope, fleet.vpc, slot.availabilityZone);
  const environment = {
    STACK: stack.stackName,
    REGION: stack.region,
    PROGRAMS: fleet.programs,
    LISTENERS: listeners.map(({ port }) => port).join(' '),
    ZONE_CIDRS: own.join(' '),
    OTHER_CIDRS: other.join(' '),
    RESOURCE: groupLogicalId,
    ADDRESS_LISTS: dualStack ? 'local-ipv4s ipv6s' : 'local-ipv4s',
    ADDRESSES: String(1 + fleet.virtualIps + (dualStack ? 1 : 0)),
  };
  const addresses = slots.map(({ slotName, networkInterface }) => {
    return { slot: slotName, address: networkInterface.attrPrimaryPrivateIpAddress };
  });
  return renderUserData(engine, environment, {
    slot: slot.slotName,
    drain,
    bootCommands,
    certificates,
    heartbeat: heartbeat && { ...heartbeat, slots: addresses, slot: slot.slotName, region: stack.region },
  });
}
