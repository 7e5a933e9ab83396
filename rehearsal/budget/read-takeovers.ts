/** Reads out of a template how quickly each of its fleets moves its virtual IPs, of however many fleets. */
import type { FleetTopology } from '../../lib/private/takeover-contract';
import type { VirtualIpTiming } from '../template/budgets';
import { evaluate } from '../template/evaluate';
import type { Template } from '../template/load-template';
import { filesOf, findSlots, topologiesOf } from '../template/read-fleet';
import { readHeartbeat } from '../template/read-heartbeat';

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
    const heartbeat = readHeartbeat(
      hosts.map(({ slot, userData }) => ({ slot, files: filesOf(userData, { template }, new Map()) })),
    );
    const timing = { takeover: { topology, sweepSeconds, addresses: new Map() }, heartbeat };
    return topology.virtualIps.map(({ name }) => ({ name, timing }));
  });
}
