/** The fleet that `proxy-fleet vip` talks to: in a deployed stack or in a running rehearsal, with the same verbs. */
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { askRehearsal } from '../rehearsal/control-client';
import type { FleetStatus } from '../runtime/fleet-status';
import type { OrderReport } from '../runtime/operator';
import type { OrderRequest } from '../runtime/order-request';
import { deployedTarget } from './vip-deployed';
import type { Place } from './vip-options';

export interface Target {
  status(): Promise<FleetStatus>;
  order(request: OrderRequest, options: { readonly dryRun: boolean }): Promise<OrderReport>;
}

export async function targetAt(place: Place): Promise<Target> {
  if (place.kind === 'stack') return deployedTarget(place, ownerName());
  return {
    status: async () => (await askRehearsal(place.pid, { verb: 'status' })) as FleetStatus,
    order: async (order, { dryRun }) =>
      (await askRehearsal(place.pid, { verb: 'order', order, dryRun, owner: ownerName() })) as OrderReport,
  };
}

/** Who writes, for the table: the user and this call, unlike every other. */
function ownerName(): string {
  return `operator ${userName()} ${randomUUID()}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run as a user without a name.
    return `uid ${process.getuid?.()}`;
  }
}
