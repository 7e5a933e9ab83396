/**
 * Looks at a fleet: the table and EC2 at the same time, then every observer at every place that can carry a virtual IP.
 *
 * Gotcha: one call tells of all interfaces and of the Elastic IPs on them. Only an address that is seen on none of them, or, because
 * answers are eventually consistent, on several, is asked for by itself.
 */
import type { FleetTopology } from '../lib/private/takeover-contract';
import { addressesToProbe, mergeHealth } from './core/merge-health';
import type { FleetSight } from './core/model';
import type { AddressPlane, AddressView, InterfaceView, Stored, TakeoverPorts } from './ports';

/** Looking needs no permission to move anything. */
export interface LookPorts extends Pick<TakeoverPorts, 'view' | 'prober' | 'store' | 'clock'> {
  readonly plane: Pick<AddressPlane, 'addresses'>;
}

/** What the table and EC2 say. */
export interface Glance {
  readonly stored: Stored;
  readonly interfaces: readonly InterfaceView[];
  readonly addresses: readonly AddressView[];
}

/** What the observers say, and since when it is true. */
export interface Sight extends FleetSight {
  /** When the first observer began to look, on the clock that never steps. */
  readonly since: number;
  /** Zones of the observers that answered. */
  readonly answered: readonly string[];
}

export async function glanceAt(
  { view, plane, store }: Pick<LookPorts, 'view' | 'plane' | 'store'>,
  { slots, virtualIps }: FleetTopology,
): Promise<Glance> {
  const [stored, interfaces] = await Promise.all([store.read(), view.interfaces(slots.map(({ interfaceId }) => interfaceId))]);
  const seen = interfaces.flatMap(addressesOn);
  const allocations = virtualIps.map(({ allocationId }) => allocationId);
  const clear = allocations.filter((allocation) => seen.filter(({ allocationId }) => allocationId === allocation).length === 1);
  const unclear = allocations.filter((allocation) => !clear.includes(allocation));
  const asked = unclear.length === 0 ? [] : await plane.addresses(unclear);
  return { stored, interfaces, addresses: [...seen.filter(({ allocationId }) => clear.includes(allocationId)), ...asked] };
}

export async function observe(
  { prober, clock }: Pick<LookPorts, 'prober' | 'clock'>,
  topology: FleetTopology,
  { interfaces, addresses }: Glance,
): Promise<Sight> {
  const since = clock.elapsed();
  const places = addressesToProbe(interfaces);
  const observations = await prober.observe(places);
  // Where all is empty there is nobody to ask, and nothing that is not known.
  const isEmpty = places.length === 0 && interfaces.length === topology.slots.length;
  return {
    since,
    answered: (isEmpty ? topology.probes : observations).map(({ zone }) => zone),
    slots: mergeHealth(topology.slots, interfaces, observations),
    virtualIps: topology.virtualIps.map((virtualIp) => ({
      ...virtualIp,
      address: addresses.find(({ allocationId }) => allocationId === virtualIp.allocationId),
    })),
  };
}

function addressesOn({ interfaceId, secondaryAddresses }: InterfaceView): AddressView[] {
  return secondaryAddresses.flatMap(({ privateAddress, allocationId, associationId, publicIp = '' }) => {
    return allocationId === undefined ? [] : [{ allocationId, associationId, publicIp, interfaceId, privateAddress }];
  });
}
