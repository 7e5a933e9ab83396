/**
 * What a template gives to a simulation: machines that break, addresses that lead to them, and names that lead to addresses. Plain
 * data, so that it can be sent to workers.
 */
import type { HostedZone, RecordSet } from '../dns/records';
import type { HealthCheckConfig } from '../health/probe';
import { type Assumptions, type Budget, dnsBudget, takeoverBudget } from '../template/budgets';
import type { FleetModel } from '../template/model';
import { UsageError } from '../usage-error';
import { Answers } from './answers';
import type { TakeoverTiming } from './takeover';

export interface Scene {
  readonly stack: string;
  /** False for a template with nothing but DNS. */
  readonly hasFleet: boolean;
  readonly machines: readonly string[];
  readonly addresses: readonly SceneAddress[];
  readonly checks: readonly SceneCheck[];
  readonly names: readonly SceneName[];
  readonly virtualIps: readonly SceneVirtualIp[];
  readonly zones: readonly HostedZone[];
  /** Missing without virtual IPs. */
  readonly takeover?: TakeoverTiming;
  readonly propagationSeconds: number;
  /** From the fault until a broken machine serves again. */
  readonly refillSeconds: number;
}

/** An address that a record or a virtual IP leads to. */
export interface SceneAddress {
  readonly address: string;
  /** Place of the machine behind it. */
  readonly machine: number;
  /** Another machine may adopt it. */
  readonly moves: boolean;
}

/** A health check of an endpoint. */
export interface SceneCheck extends Pick<HealthCheckConfig, 'id' | 'type' | 'requestInterval' | 'failureThreshold'> {
  /** Place of the address that it looks at. */
  readonly place: number;
}

export interface SceneName {
  readonly name: string;
  /** Missing where no health check takes an address out of the answers. */
  readonly withdrawal?: Budget;
  /** Where the name leads to virtual IPs alone. */
  readonly adoption?: Budget;
}

export interface SceneVirtualIp {
  readonly name: string;
  /** Place of its address. */
  readonly place: number;
  readonly budget: Budget;
}

/** Reads the scene out of a fleet's model. Addresses that lead to no slot and no virtual IP are machines of their own. */
export function sceneOf(fleet: FleetModel, assumptions: Assumptions, refillSeconds: number): Scene {
  const { stack, slots, zones, takeover, heartbeat } = fleet;
  const machines = slots.map(({ slot }) => `slot ${slot}`);
  const addresses = slots.map(({ address }, machine): SceneAddress => ({ address, machine, moves: false }));
  const virtualIps = (takeover?.topology.virtualIps ?? []).map(({ name, allocationId, home }) => {
    const machine = slots.findIndex(({ slot }) => slot === home);
    addresses.push({ address: takeover?.addresses.get(allocationId) ?? allocationId, machine, moves: true });
    return { name, place: addresses.length - 1, budget: takeoverBudget(fleet, assumptions) };
  });
  for (const value of zones.flatMap(({ records }) => records.flatMap(addressesOf))) {
    if (addresses.some(({ address }) => address === value)) continue;
    machines.push(value);
    addresses.push({ address: value, machine: machines.length - 1, moves: false });
  }
  const names = namesOf(fleet, addresses, assumptions);
  if (names.length + virtualIps.length === 0) {
    throw new UsageError(`no name of '${stack}' leads to an address, so there is nothing to simulate: add a record of type A`);
  }
  return {
    stack,
    hasFleet: slots.length > 0,
    machines,
    addresses,
    checks: checksOf(fleet, addresses),
    names,
    virtualIps,
    zones,
    propagationSeconds: assumptions.propagationSeconds,
    refillSeconds,
    ...(takeover && {
      takeover: {
        slots: slots.length,
        sweepSeconds: takeover.sweepSeconds,
        advertMs: heartbeat?.advertMs,
        addressMoveSeconds: assumptions.addressMoveSeconds,
      },
    }),
  };
}

function addressesOf({ type, values }: RecordSet): readonly string[] {
  return type === 'A' ? values : [];
}

function checksOf({ healthChecks }: FleetModel, addresses: readonly SceneAddress[]): SceneCheck[] {
  return healthChecks.flatMap((check) => {
    const place = addresses.findIndex(({ address }) => address === check.ipAddress);
    return place < 0 ? [] : [{ ...check, place }];
  });
}

/** Names that are answered with an address while nothing is broken. */
function namesOf(fleet: FleetModel, addresses: readonly SceneAddress[], assumptions: Assumptions): SceneName[] {
  const places = placesOf(addresses);
  const names = new Set(fleet.zones.flatMap(({ records }) => records.filter(({ type }) => type === 'A').map(({ name }) => name)));
  return [...names].flatMap((name) => {
    const answered = new Answers(fleet.zones, name, places).ask(
      () => true,
      () => 0,
    );
    if (answered.places.length === 0) return [];
    const withdrawal = withdrawalOf(fleet, name, answered.ttl, assumptions);
    const adopted = answered.places.every((place) => addresses[place]?.moves);
    return [{ name, withdrawal, ...(adopted && { adoption: takeoverBudget(fleet, assumptions) }) }];
  });
}

export function placesOf(addresses: readonly SceneAddress[]): Map<string, number> {
  return new Map(addresses.map(({ address }, place) => [address, place]));
}

/** The longest of its health checks. */
function withdrawalOf(
  { zones, healthChecks }: FleetModel,
  name: string,
  ttl: number,
  assumptions: Assumptions,
): Budget | undefined {
  const ids = zones.flatMap(({ records }) =>
    records.filter((record) => record.name === name).map((record) => record.healthCheckId),
  );
  const budgets = healthChecks.filter(({ id }) => ids.includes(id)).map((check) => dnsBudget(check, ttl, assumptions));
  return budgets.reduce<Budget | undefined>(
    (longest, next) => (longest && longest.seconds >= next.seconds ? longest : next),
    undefined,
  );
}
