/**
 * A simulation: failovers in virtual time, against clients behind resolver caches. No sockets, no clock and no chance but the seed's, so
 * the same call gives the same result, whatever the number of workers.
 */
import type { Assumptions } from '../template/budgets';
import type { FleetModel } from '../template/model';
import { BEHAVIOURS, CLIENT_TIMEOUT_SECONDS, type Fault, REQUESTS_PER_SECOND, RESOLVER_CACHES } from './behaviours';
import { casesOf, classesOf } from './cases';
import { concludeCase } from './conclude';
import type { SimulationAssumption, SimulationResult } from './result';
import { type Scene, sceneOf } from './scene';
import type { CaseTally } from './tally';
import { playOnWorkers } from './workers';

export interface SimulationOptions {
  readonly faults: readonly Fault[];
  readonly seed: number;
  readonly runs: number;
  /** In each failover. */
  readonly clients: number;
  readonly assumptions: Assumptions;
  /** From a fault until what broke serves again. */
  readonly refillSeconds: number;
  readonly workers: number;
  /** Script that workers re-enter. */
  readonly script: string;
  /** Ends it early. */
  readonly signal: AbortSignal;
  readonly onProgress: (played: number) => void;
}

/** Resolves with nothing when it was ended early. */
export async function simulate(fleet: FleetModel, options: SimulationOptions): Promise<SimulationResult | undefined> {
  const { faults, seed, runs, clients, assumptions, refillSeconds } = options;
  const scene = sceneOf(fleet, assumptions, refillSeconds);
  const tallies = await playOnWorkers({ scene, faults, seed, clients }, { ...options, failovers: runs });
  if (!tallies) return undefined;
  const classes = classesOf(scene);
  const cases = casesOf(scene, faults).map((played, index) => concludeCase(scene, played, classes, tallies[index] as CaseTally));
  return {
    stack: fleet.stack,
    seed,
    failovers: runs,
    clients,
    assumptions: assumed(options),
    notes: notesOf(fleet, scene),
    cases,
    passed: cases.every(({ groups }) => groups.every((group) => group.classes.every(({ kept }) => kept))),
  };
}

function assumed({ assumptions, refillSeconds }: SimulationOptions): SimulationAssumption[] {
  const { propagationSeconds, addressMoveSeconds } = assumptions;
  return [
    {
      name: 'health check to DNS answers, at most',
      value: `${propagationSeconds} s`,
      source: 'AWS publishes none; drawn evenly from 0',
      option: '--propagation',
    },
    {
      name: 'address move to traffic, at most',
      value: `${addressMoveSeconds} s`,
      source: 'AWS publishes none; drawn evenly from 0',
      option: '--address-move',
    },
    {
      name: 'fault until what broke serves again at its address',
      value: `${refillSeconds} s`,
      source: 'AWS publishes no time for a replaced instance',
      option: '--refill',
    },
    {
      name: 'requests of a client',
      value: `${REQUESTS_PER_SECOND} a second`,
      source: `a new connection each, given up after ${CLIENT_TIMEOUT_SECONDS} s`,
    },
    ...BEHAVIOURS.map(({ name, explained, source }) => ({ name: `client '${name}'`, value: explained, source })),
    ...RESOLVER_CACHES.map(({ name, explained, source }) => ({ name: `resolver '${name}'`, value: explained, source })),
  ];
}

function notesOf({ slots, zones, takeover, skipped }: FleetModel, { addresses, machines }: Scene): string[] {
  const records = zones.flatMap((zone) => zone.records);
  const held = new Set(records.map(({ name }) => name));
  const outside = records.some(({ alias }) => alias && !held.has(alias.name));
  const strangers = machines.length - slots.length;
  return [
    ...when(
      slots.length === 0,
      `No proxy was simulated: the template holds no fleet, so each of its ${addresses.length} addresses was taken for a machine of its own.`,
    ),
    ...when(slots.length > 0 && strangers > 0, 'Addresses that lead to no slot were taken for machines of their own.'),
    ...when(outside, 'What an alias leads to outside of the template was taken to serve all the time.'),
    ...when(
      records.some(({ type }) => type === 'AAAA'),
      'Clients ask for addresses of IPv4: AAAA records were left out.',
    ),
    ...when(
      takeover !== undefined,
      'How long a decision takes was drawn evenly up to its budget: the real function needs less in most cases.',
    ),
    'Sixteen health checkers look from random phases; a fault comes at a random moment of every cache.',
    ...skipped.map((sentence) => `${sentence[0]?.toUpperCase()}${sentence.slice(1)}.`),
  ];
}

function when(is: boolean, note: string): string[] {
  return is ? [note] : [];
}
