/**
 * The invariants of reliability that a takeover can break, checked where it could: on each move as it takes effect, and when all
 * trouble is over. They are written against the truth and against what a run was told, not against the code under test.
 */
import { type Health, MOVE_LIMITS } from '../../lib/private/contract';
import type { FakeSlot } from './fake-fleet';
import type { Knowledge, SimulatedRun } from './simulated-run';
import type { Simulation } from './simulation';

/** Age of an observation beyond which nobody may act upon it: the run's own limit and two calls. */
const FRESH_MS = 15_000 + 4000;

/** From worst to best. */
const ORDER: readonly Health[] = ['dead', 'live', 'ready'];

interface Move {
  readonly allocationId: string;
  readonly interfaceId: string;
  readonly privateAddress: string;
}

export class Invariants {
  private readonly broken: string[] = [];
  /** When moves were written down that took effect, by allocation. */
  private readonly moves = new Map<string, number[]>();

  constructor(private readonly simulation: Simulation) {}

  throwIfBroken(): void {
    const [first] = this.broken;
    if (first) throw new Error(`${first}\n${this.simulation.story.slice(-60).join('\n')}`);
  }

  checkMove(run: SimulatedRun, move: Move): void {
    const { store, fleet, time } = this.simulation;
    const told = run.known.places.get(move.allocationId);
    const known = run.known;
    this.demand(
      'I1 one epoch acts',
      store.epoch === run.epoch,
      `${run.name} of epoch ${run.epoch} moved under epoch ${store.epoch}`,
    );

    const alive = answersFor(known, move.privateAddress).some(({ health }) => health !== 'dead');
    const attached = known.interfaces.some(({ interfaceId, instanceId }) => interfaceId === move.interfaceId && instanceId);
    this.demand('I2 only to a slot observed healthy', alive && Boolean(attached), `${move.privateAddress} was not seen alive`);
    const age = time.now() - known.observedAt;
    this.demand('I2 only within the freshness of the observation', age <= FRESH_MS, `the observation was ${age} ms old`);

    const there = told?.interfaceId === move.interfaceId && told.privateAddress === move.privateAddress;
    this.demand('I7 no write that changes nothing', !there, `${run.name} knew ${move.allocationId} to be there already`);

    const holder = fleet.slots.find(({ interfaceId, secondaryAddresses }) => {
      return interfaceId === told?.interfaceId && secondaryAddresses.includes(told.privateAddress ?? '');
    });
    const health = holder && told?.privateAddress ? evidence(known, holder, told.privateAddress) : undefined;
    const onlyLive = health === 'live' && answersFor(known, move.privateAddress).some((seen) => seen.health === 'ready');
    this.demand(
      'I8 no move off a holder without proof',
      !health || health === 'dead' || onlyLive,
      `holder ${holder?.slot} was ${health} at ${told?.privateAddress}`,
    );

    const moves = this.moves.get(move.allocationId) ?? [];
    const since = (seconds: number) => moves.filter((at) => run.savedAt - at < seconds * 1000).length;
    const cool = health !== 'live' || since(MOVE_LIMITS.coolDownSeconds) === 0;
    this.demand('I8 a live holder is spared during the cool-down', cool, `${move.allocationId} moved again too soon`);
    const few = since(MOVE_LIMITS.windowSeconds) < MOVE_LIMITS.movesPerWindow;
    this.demand('I8 bounded moves per window', few, `${move.allocationId} moved ${moves.length} times`);
    this.moves.set(move.allocationId, [...moves, run.savedAt]);
  }

  checkDisassociation(run: SimulatedRun): void {
    this.demand('I4 never disassociate before associate', false, `${run.name} let an address go`);
  }

  /** Two sweeps after all trouble ended. */
  checkConverged(): void {
    const { fleet } = this.simulation;
    const { slots, topology, allocations } = fleet;
    const all = slots.flatMap(({ secondaryAddresses }) => secondaryAddresses);
    const rank = (address: string | undefined) =>
      address !== undefined && all.includes(address) ? ORDER.indexOf(fleet.healthOf(address)) : -1;
    const taken = [...allocations.values()].map((place) => place?.privateAddress);
    const best = Math.max(0, ...all.filter((address) => !taken.includes(address)).map(rank));
    for (const { name, allocationId } of topology.virtualIps) {
      const address = allocations.get(allocationId)?.privateAddress;
      const well = best === 0 || rank(address) >= best;
      this.demand('I3 at no worse a place than one that is free', well, `${name} is at ${address}, a free one is ${ORDER[best]}`);
    }
    const places = [...allocations.values()].flatMap((place) => (place ? [place.privateAddress] : []));
    this.demand('I1 one address at a place', new Set(places).size === places.length, places.join(', '));
  }

  checkFixedPoint(before: number, after: number): void {
    this.demand(
      'I12 converges to a fixed point without writes',
      before === after,
      `${after - before} writes in a sweep with nothing to do`,
    );
  }

  private demand(invariant: string, holds: boolean, otherwise: string): void {
    if (!holds) this.broken.push(`${invariant}: ${otherwise}`);
  }
}

function answersFor(known: Knowledge, address: string): { zone: string; health: Health }[] {
  return known.observations.flatMap(({ zone, health }) => {
    const seen = health[address];
    return seen === undefined ? [] : [{ zone, health: seen }];
  });
}

/** What a run could know of a slot at one address for certain. */
function evidence(known: Knowledge, { interfaceId, zone }: FakeSlot, address: string): Health | 'unproven' {
  const view = known.interfaces.find((candidate) => candidate.interfaceId === interfaceId);
  if (!view) return 'unproven';
  if (view.instanceId === undefined) return 'dead';
  const answers = answersFor(known, address);
  const alive = (['ready', 'live'] as const).find((best) => answers.some(({ health }) => health === best));
  return alive ?? (answers.some((seen) => seen.zone !== zone) ? 'dead' : 'unproven');
}
