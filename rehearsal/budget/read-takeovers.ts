/** Reads out of a template how quickly each of its fleets moves its virtual IPs, of however many fleets. */
import { type FleetTopology, VIRTUAL_IP_RESOURCE_TYPE } from '../../lib/private/contract';
import type { VirtualIpTiming } from '../template/budgets';
import { evaluate, referenceOf } from '../template/evaluate';
import type { Template } from '../template/load-template';
import { filesOf, findSlots, topologiesOf } from '../template/read-fleet';
import { readHeartbeat } from '../template/read-heartbeat';
import { resourcesOf } from '../template/resources';

/** A virtual IP and what decides how long it stays on a dead slot. */
export interface VirtualIpPlace {
  readonly name: string;
  readonly timing: VirtualIpTiming;
}

export function readTakeovers(template: Template): VirtualIpPlace[] {
  const slots = findSlots(template);
  return topologiesOf(template).flatMap(({ encoded, sweepSeconds }) => {
    const topology = JSON.parse(String(evaluate(encoded, template, new Map()))) as FleetTopology;
    const interfaces = topology.slots.map(({ interfaceId }) => interfaceId);
    const hosts = slots.filter(({ interfaceId }) => interfaces.includes(interfaceId));
    const heartbeat = readHeartbeat(hosts.map(({ slot, userData }) => ({ slot, files: filesOf(userData, template, new Map()) })));
    const timing = { takeover: { topology, sweepSeconds, addresses: new Map() }, heartbeat };
    return topology.virtualIps.map(({ name }) => ({ name, timing }));
  });
}

/** What a reference to the address of each virtual IP becomes: a text by which records that lead there are known again. */
export function virtualIpStandIns(template: Template): { standIns: Map<string, string>; names: Map<string, string> } {
  const standIns = new Map<string, string>();
  const names = new Map<string, string>();
  resourcesOf(template, VIRTUAL_IP_RESOURCE_TYPE).forEach(([holder, { Properties }], index) => {
    const address = `127.100.0.${index + 1}`;
    const elasticIp = referenceOf(Properties?.AllocationId);
    standIns.set(`${holder}.IpAddress`, address);
    if (elasticIp !== undefined) standIns.set(elasticIp, address).set(`${elasticIp}.PublicIp`, address);
    names.set(address, String(evaluate(Properties?.Name, template, standIns)));
  });
  return { standIns, names };
}
