/** What an operator is told of a fleet. Plain data; times are seconds from now, because not every clock shows a date. */
import type { FleetTopology } from '../lib/private/takeover-contract';
import type { Decision, Plan } from './core/choose-holders';
import type { SlotHealth } from './core/model';
import { seatsOf } from './core/seats';
import type { Sight } from './look';
import type { Stored } from './ports';

export interface FleetStatus {
  readonly fleet: string;
  readonly epoch: number;
  readonly virtualIps: readonly VirtualIpStatus[];
  readonly slots: readonly SlotStatus[];
  /** Every availability zone that has a probe function, and whether that answered. */
  readonly observers: readonly { readonly zone: string; readonly answered: boolean }[];
  /** The move that is under way: until it is over, nobody decides anything. */
  readonly underWay?: { readonly virtualIp: string; readonly to?: string; readonly sinceSeconds: number };
}

export interface VirtualIpStatus {
  readonly name: string;
  readonly allocationId: string;
  /** Undefined once the Elastic IP was released. */
  readonly publicIp?: string;
  readonly home: string;
  /** Slot that has it; undefined when none of this fleet does. */
  readonly holder?: string;
  readonly privateAddress?: string;
  /** How the holder is at that very address. */
  readonly health?: SlotHealth;
  readonly pin?: { readonly slot: string; readonly once: boolean; readonly endsInSeconds: number };
  /** For how long it is kept where it is. */
  readonly maintenanceSeconds?: number;
  readonly lastMoveSecondsAgo?: number;
  /** Its stack is letting it go. */
  readonly beingDeleted: boolean;
  /** It should go elsewhere and cannot. */
  readonly stuck: boolean;
  /** What the takeover function would decide now. */
  readonly next: Pick<Decision, 'action' | 'reason'> & { readonly to?: string };
}

export interface SlotStatus {
  readonly slot: string;
  readonly zone: string;
  readonly interfaceId: string;
  /** At its best address. */
  readonly health: SlotHealth;
  readonly places: readonly { readonly address: string; readonly health: SlotHealth; readonly virtualIp?: string }[];
  /** For how long it is kept free of virtual IPs. */
  readonly maintenanceSeconds?: number;
  readonly virtualIps: readonly string[];
}

/** One look, and what the takeover function would make of it. */
export interface Look {
  readonly stored: Stored;
  readonly sight: Sight;
  readonly plan: Plan;
  readonly now: number;
  readonly isMoveUnderWay: boolean;
}

export function statusOf(look: Look, topology: FleetTopology): FleetStatus {
  const { stored, sight, now, isMoveUnderWay } = look;
  const { pending } = stored.state;
  return {
    fleet: topology.fleet,
    epoch: stored.epoch,
    virtualIps: virtualIpsOf(look, topology),
    slots: slotsOf(look),
    observers: topology.probes.map(({ zone }) => ({ zone, answered: sight.answered.includes(zone) })),
    ...(isMoveUnderWay &&
      pending && {
        underWay: {
          virtualIp: pending.virtualIp,
          to: sight.slots.find(({ interfaceId }) => interfaceId === pending.interfaceId)?.slot,
          sinceSeconds: secondsBetween(pending.at, now),
        },
      }),
  };
}

export function virtualIpsOf({ stored, sight, plan, now }: Look, topology: FleetTopology): VirtualIpStatus[] {
  const seats = seatsOf(sight);
  const { pins, maintenance, tombstones } = plan.state;
  return topology.virtualIps.map(({ name, allocationId, home }) => {
    const seat = seats.get(name);
    const pin = pins[name];
    const movedAt = stored.state.moves[name]?.at(-1);
    const decision = plan.decisions.find(({ virtualIp }) => virtualIp === name) as Decision;
    return {
      name,
      allocationId,
      publicIp: sight.virtualIps.find((each) => each.name === name)?.address?.publicIp,
      home,
      holder: seat?.slot.slot,
      privateAddress: seat?.place.address,
      health: seat?.place.health,
      pin: pin && { slot: pin.slot, once: pin.once, endsInSeconds: secondsUntil(pin.until, now) },
      maintenanceSeconds: left(maintenance.virtualIps[name], now),
      lastMoveSecondsAgo: movedAt === undefined ? undefined : secondsBetween(movedAt, now),
      beingDeleted: tombstones.includes(name),
      stuck: decision.action === 'stuck',
      next: nextOf(decision),
    };
  });
}

function slotsOf({ sight, plan, now }: Look): SlotStatus[] {
  const seats = [...seatsOf(sight)];
  return sight.slots.map(({ slot, zone, interfaceId, places }) => {
    const healths = (['ready', 'live', 'unknown', 'dead'] as const).filter((health) =>
      places.some((place) => place.health === health),
    );
    return {
      slot,
      zone,
      interfaceId,
      health: healths[0] ?? 'unknown',
      places: places.map(({ address, health }) => ({
        address,
        health,
        virtualIp: seats.find(([, seat]) => seat.place.address === address)?.[0],
      })),
      maintenanceSeconds: left(plan.state.maintenance.slots[slot], now),
      virtualIps: seats.flatMap(([name, seat]) => (seat.slot.slot === slot ? [name] : [])),
    };
  });
}

export function nextOf(decision: Decision): VirtualIpStatus['next'] {
  const { action, reason } = decision;
  return { action, reason, ...(decision.action === 'move' && { to: decision.to }) };
}

function left(until: number | undefined, now: number): number | undefined {
  return until === undefined ? undefined : secondsUntil(until, now);
}

function secondsBetween(from: number, to: number): number {
  return Math.max(0, Math.round((to - from) / 1000));
}

/** What has just begun lasts its whole time. */
function secondsUntil(until: number, now: number): number {
  return Math.max(0, Math.ceil((until - now) / 1000));
}
