import type { VirtualIpProperties } from '../../lib/private/takeover-contract';
import type { PendingMove } from '../../runtime/core/model';
import { serveVirtualIp, type VirtualIpEvent } from '../../runtime/lifecycle';
import type { LifecyclePorts } from '../../runtime/ports';
import type { Scene } from './scene';

export const PROPERTIES: VirtualIpProperties = {
  Name: 'Vip1',
  AllocationId: 'eipalloc-1',
  Interfaces: 'eni-1,eni-2',
  ReleaseDelaySeconds: '60',
};

/** Lambda's longest time without what is kept for the answer. */
export const TIME_MS = 14 * 60_000;

const REQUEST = {
  ServiceToken: 'arn:aws:lambda:eu-west-1:111111111111:function:lifecycle',
  ResponseURL: 'https://example.com/answer',
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'VipHolder',
  ResourceType: 'Custom::ProxyFleetVirtualIp',
};

const resource = (properties: VirtualIpProperties) => ({ ...properties, ServiceToken: REQUEST.ServiceToken });

export const create = (properties = PROPERTIES): VirtualIpEvent => {
  return { ...REQUEST, RequestType: 'Create', ResourceProperties: resource(properties) };
};

export const update = (properties: VirtualIpProperties, physicalId: string): VirtualIpEvent => ({
  ...REQUEST,
  RequestType: 'Update',
  PhysicalResourceId: physicalId,
  ResourceProperties: resource(properties),
  OldResourceProperties: PROPERTIES,
});

export const remove = (physicalId: string, properties = PROPERTIES): VirtualIpEvent => {
  return { ...REQUEST, RequestType: 'Delete', PhysicalResourceId: physicalId, ResourceProperties: resource(properties) };
};

/** A move of Vip1 to slot 2 that was written down just now. */
export function pendingMove({ fleet, time }: Scene): PendingMove {
  const { interfaceId, secondaryAddresses } = fleet.slot('2');
  const privateAddress = secondaryAddresses.at(-1) ?? '';
  return { virtualIp: 'Vip1', allocationId: 'eipalloc-1', interfaceId, privateAddress, at: time.now() };
}

export interface ServeChanges extends Partial<LifecyclePorts> {
  /** Time until the deadline. */
  readonly timeMs?: number;
}

/** Serves a request in virtual time, with single ports replaced. */
export const serve = (
  { fleet, ports, time }: Scene,
  event: VirtualIpEvent,
  { timeMs = TIME_MS, ...changes }: ServeChanges = {},
) =>
  time.settle(
    serveVirtualIp({ ...ports, ...changes }, fleet.topology, event, { owner: 'lifecycle', deadline: time.now() + timeMs }),
  );
