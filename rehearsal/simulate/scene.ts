/**
 * What a template gives to a simulation: machines that break, addresses that lead to them, and names that lead to addresses. Plain
 * data, so that it can be sent to workers.
 */
import type { HostedZone, RecordSet } from '../dns/records';
import { ASKED_TYPE, checksBelow, recordsBelow } from '../dns/records-below';
import { checkersOf } from '../health/aggregate';
import { type EndpointCheck, type HealthCheck, isEndpointCheck } from '../health/health-check';
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
  /** By their ids. */
  readonly healthChecks: ReadonlyMap<string, HealthCheck>;
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
export interface SceneCheck extends Pick<EndpointCheck, 'id' | 'type' | 'requestInterval' | 'failureThreshold'> {
  /** How many look. */
  readonly checkers: number;
  /** Place of the address that they look at. */
  readonly place: number;
}

export interface SceneName {
  readonly name: string;
  /** Missing where no health check takes an address out of the answers. */
  readonly withdrawal?: Budget;
  /** Where the name leads to virtual IPs alone. */
  readonly adoption?: Budget;
  /** It leads elsewhere when everything that it leads to is broken. */
  readonly failsOver: boolean;
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
  if (fleet.healthChecks.some(({ type }) => type === 'PROBED')) {
    throw new UsageError(
      `names of '${stack}' lead to private proxies, at which a function looks, and that is not simulated: use 'proxy-fleet rehearse' or 'proxy-fleet budget'`,
    );
  }
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
    checks: checksOf(fleet, placesOf(addresses)),
    names,
    virtualIps,
    zones,
    healthChecks: byId(fleet),
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
  return type === ASKED_TYPE ? values : [];
}

function byId({ healthChecks }: FleetModel): Map<string, HealthCheck> {
  return new Map(healthChecks.map((check) => [check.id, check]));
}

/** Where each endpoint check looks, if it is at one of the addresses. */
function checksOf({ healthChecks, zones }: FleetModel, places: ReadonlyMap<string, number>): SceneCheck[] {
  const records = zones.flatMap((zone) => zone.records);
  return healthChecks.filter(isEndpointCheck).flatMap((check) => {
    const named = records.filter(({ name }) => name === check.fullyQualifiedDomainName).flatMap(addressesOf);
    const judged = records.filter(({ healthCheckId }) => healthCheckId === check.id).flatMap(addressesOf);
    // A name that the template does not hold is taken for one of the machine that the check speaks of.
    const [address] = check.ipAddress === undefined ? [...named, ...judged] : [check.ipAddress];
    const place = places.get(address ?? '');
    return place === undefined ? [] : [{ ...check, checkers: checkersOf(check), place }];
  });
}

/** Names that are answered with an address while nothing is broken. */
function namesOf(fleet: FleetModel, addresses: readonly SceneAddress[], assumptions: Assumptions): SceneName[] {
  const places = placesOf(addresses);
  const records = fleet.zones.flatMap((zone) => zone.records).filter(({ type }) => type === ASKED_TYPE);
  // Clients ask for what leads to another name, not for that.
  const targets = new Set(records.flatMap(({ alias }) => alias?.name ?? []));
  const names = new Set(records.map(({ name }) => name).filter((name) => !targets.has(name)));
  return [...names].flatMap((name) => {
    const answered = new Answers(fleet.zones, name, places).ask(
      () => true,
      () => 0,
    );
    if (answered.places.length === 0) return [];
    const withdrawal = withdrawalOf(fleet, name, answered.ttl, assumptions);
    const adopted = answered.places.every((place) => addresses[place]?.moves);
    const failsOver = recordsBelow(fleet.zones, name).some(({ routing }) => routing.policy === 'failover');
    return [{ name, withdrawal, failsOver, ...(adopted && { adoption: takeoverBudget(fleet, assumptions) }) }];
  });
}

export function placesOf(addresses: readonly SceneAddress[]): Map<string, number> {
  return new Map(addresses.map(({ address }, place) => [address, place]));
}

/** The longest of its health checks. */
function withdrawalOf(fleet: FleetModel, name: string, ttl: number, assumptions: Assumptions): Budget | undefined {
  const checks = byId(fleet);
  const ids = recordsBelow(fleet.zones, name).flatMap(({ healthCheckId }) => healthCheckId ?? []);
  const endpoints = ids.flatMap((id) => checksBelow(checks, id)).filter(isEndpointCheck);
  const budgets = endpoints.map((check) => dnsBudget(check, ttl, assumptions));
  return budgets.reduce<Budget | undefined>(
    (longest, next) => (longest && longest.seconds >= next.seconds ? longest : next),
    undefined,
  );
}
