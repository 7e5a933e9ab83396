import type { AddressView, InterfaceView, Observation } from '../../runtime/ports';

/** What a run was last told, which is all that it may act upon. */
export interface Knowledge {
  interfaces: readonly InterfaceView[];
  observations: readonly Observation[];
  /** When the look began that these observations answer. */
  observedAt: number;
  /** When the table was asked last. */
  readAt: number;
  readonly places: Map<string, AddressView>;
}

/** Addresses that are on exactly one of the interfaces; of the others the answer says nothing certain. */
export function placesOn(views: readonly InterfaceView[]): AddressView[] {
  const all = views.flatMap(({ interfaceId, secondaryAddresses }) =>
    secondaryAddresses.flatMap(({ allocationId, associationId, publicIp = '', privateAddress }) =>
      allocationId === undefined ? [] : [{ allocationId, associationId, publicIp, interfaceId, privateAddress }],
    ),
  );
  return all.filter(({ allocationId }) => all.filter((other) => other.allocationId === allocationId).length === 1);
}
