/**
 * Observations of several zones in, health of each place out.
 *
 * Every secondary address is judged by itself: when a virtual IP is added, all interfaces get one more address, which is dead
 * until the hosts own it and says nothing about the others. For one address the best answer of any observer counts. "Dead" needs
 * proof: there is no instance, or everybody who answered says so and one of them looks from outside the slot's zone, because a
 * zone that is cut off sees itself and nobody else. Whatever lacks proof is unknown.
 */
import type { SlotTopology } from '../../lib/private/takeover-contract';
import type { InterfaceView, Observation, Place, SlotHealth, SlotView } from './model';

/** The addresses worth a probe: those of interfaces that have an instance. */
export function addressesToProbe(interfaces: readonly InterfaceView[]): string[] {
  const attached = interfaces.filter(({ instanceId }) => instanceId !== undefined);
  return attached.flatMap(({ secondaryAddresses }) => secondaryAddresses.map(({ privateAddress }) => privateAddress));
}

/** The view of every slot, in the order of the topology. */
export function mergeHealth(
  slots: readonly SlotTopology[],
  interfaces: readonly InterfaceView[],
  observations: readonly Observation[],
): SlotView[] {
  return slots.map(({ slot, zone, interfaceId }) => {
    const found = interfaces.find((candidate) => candidate.interfaceId === interfaceId);
    const places = (found?.secondaryAddresses ?? []).map(({ privateAddress: address, allocationId }): Place => {
      const health = found?.instanceId === undefined ? 'dead' : judgeAddress(address, zone, observations);
      return { address, health, allocationId };
    });
    places.sort((a, b) => numberOf(a.address) - numberOf(b.address));
    return { slot, zone, interfaceId, places };
  });
}

/** @param zone where the address is; undefined when that is not known */
export function judgeAddress(address: string, zone: string | undefined, observations: readonly Observation[]): SlotHealth {
  const answers = observations.flatMap((observer) => {
    const health = observer.health[address];
    return health === undefined ? [] : [{ health, outside: observer.zone !== zone }];
  });
  for (const alive of ['ready', 'live'] as const) {
    if (answers.some(({ health }) => health === alive)) return alive;
  }
  return answers.some(({ outside }) => outside) ? 'dead' : 'unknown';
}

function numberOf(address: string): number {
  return address.split('.').reduce((number, octet) => number * 256 + Number(octet), 0);
}
