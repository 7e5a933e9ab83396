import { chooseHolders, type Decision, type Plan } from '../../runtime/core/choose-holders';
import {
  type AddressView,
  EMPTY_STATE,
  type FleetSight,
  type SlotHealth,
  type TakeoverState,
  type VirtualIpView,
} from '../../runtime/core/model';
import { recordMove } from '../../runtime/core/move-history';

export const NOW = 1_800_000_000_000;
export const LIMITS = { coolDownSeconds: 30, windowSeconds: 600, movesPerWindow: 5 };

/**
 * Slots 1, 2, … of the given health in zones of their own, as many places each as there are virtual IPs, two at least; virtual IPs
 * A, B, … at places like '1.11', or nowhere, at home on slot 1, 2, … in turn.
 */
export function fleet(healths: SlotHealth[], ...places: Array<string | undefined>): FleetSight {
  const hosts = Array.from({ length: Math.max(2, places.length) }, (_, index) => 11 + index);
  return {
    slots: healths.map((health, index) => ({
      slot: `${index + 1}`,
      zone: `zone-${index + 1}`,
      interfaceId: `eni-${index + 1}`,
      places: hosts.map((host) => ({ address: `10.0.${index + 1}.${host}`, health })),
    })),
    virtualIps: places.map((place, index) => {
      const name = String.fromCharCode(65 + index);
      return { name, home: `${(index % healths.length) + 1}`, address: addressAt(name, place) };
    }),
  };
}

/** The same sight with some places of another health: `{ '1.12': 'dead' }`. */
export function but(sight: FleetSight, healths: Record<string, SlotHealth>): FleetSight {
  const slots = sight.slots.map((slot) => ({
    ...slot,
    places: slot.places.map((place) => ({ ...place, health: healths[place.address.replace('10.0.', '')] ?? place.health })),
  }));
  return { ...sight, slots };
}

/** The same sight with slots in these zones. */
export function inZones(sight: FleetSight, ...zones: string[]): FleetSight {
  return { ...sight, slots: sight.slots.map((slot, index) => ({ ...slot, zone: zones[index] ?? slot.zone })) };
}

/** The same sight with a change to every virtual IP. */
export function each(sight: FleetSight, change: Partial<VirtualIpView>): FleetSight {
  return { ...sight, virtualIps: sight.virtualIps.map((virtualIp) => ({ ...virtualIp, ...change })) };
}

/** Where EC2 shows the address of a virtual IP. */
export function addressAt(name: string, place: string | undefined): AddressView {
  const association = {
    associationId: `eipassoc-${name}`,
    interfaceId: `eni-${place?.split('.')[0]}`,
    privateAddress: `10.0.${place}`,
  };
  return { allocationId: `eipalloc-${name}`, publicIp: '198.51.100.1', ...(place ? association : {}) };
}

export function planFor(sight: FleetSight, state: Partial<TakeoverState> = {}, now = NOW): Plan {
  return chooseHolders(sight, { ...EMPTY_STATE, ...state }, LIMITS, now);
}

/** 'A stays', 'A stuck' or 'A to 2 10.0.2.11'. */
export function told(decisions: readonly Decision[]): string[] {
  return decisions.map((decision) => {
    if (decision.action === 'move') return `${decision.virtualIp} to ${decision.to} ${decision.privateAddress}`;
    return `${decision.virtualIp} ${decision.action === 'keep' ? 'stays' : 'stuck'}`;
  });
}

export function decide(sight: FleetSight, state: Partial<TakeoverState> = {}, now = NOW): string[] {
  return told(planFor(sight, state, now).decisions);
}

/** The first decision's reason, with the cause before it when it is stuck. */
export function why(sight: FleetSight, state: Partial<TakeoverState> = {}, now = NOW): string | undefined {
  const [decision] = planFor(sight, state, now).decisions;
  return decision?.action === 'stuck' ? `${decision.cause}: ${decision.reason}` : decision?.reason;
}

/** A moved so often, so long ago. */
export function moved(times: number, secondsAgo: number): Partial<TakeoverState> {
  return { moves: { A: Array.from({ length: times }, () => NOW - secondsAgo * 1000) } };
}

/** What the world and the memory are once every move of a plan was made. */
export function carriedOut(
  sight: FleetSight,
  { decisions, state }: Plan,
  now = NOW,
): { sight: FleetSight; state: TakeoverState } {
  const moves = decisions.flatMap((decision) => (decision.action === 'move' ? [decision] : []));
  const virtualIps = sight.virtualIps.map((virtualIp) => {
    const move = moves.find(({ virtualIp: name }) => name === virtualIp.name);
    if (!move || !virtualIp.address) return virtualIp;
    const { interfaceId, privateAddress } = move;
    return { ...virtualIp, address: { ...virtualIp.address, associationId: 'eipassoc-new', interfaceId, privateAddress } };
  });
  return {
    sight: { ...sight, virtualIps },
    state: moves.reduce((remembered, { virtualIp }) => recordMove(remembered, virtualIp, LIMITS, now), state),
  };
}
