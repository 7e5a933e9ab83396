/**
 * What it does: keeps every virtual IP of one fleet on a healthy slot.
 *
 * Order of events
 * 1. Take the lease. Whoever holds it already is told to look again, and this run ends ('busy').
 * 2. Look: addresses and interfaces from EC2, then every observer at every place that can carry a virtual IP.
 * 3. `chooseHolders()` decides. For each move: write it down under our epoch (refused: a newer run acts, stop, 'stale'),
 *    associate, read back until EC2 shows it, log 'moved'.
 * 4. Give the lease back. Refused because somebody asked for another look: from 2 again, a bounded number of rounds and only while
 *    there is time for one.
 *
 * Gotchas
 * - EC2 has no compare-and-swap: the write of step 3 is the fence, and the call follows within the SDK's timeouts, which are far
 *   shorter than the lease. Nothing may come between the two.
 * - An error says nothing about the effect, because the answer may be lost: the read-back decides. Only a move that provably did
 *   not happen is taken out of the history again, so that an outage of EC2 does not use up the moves of the window.
 * - One address that fails does not stop the others; the run fails at its end, after the lease was given back.
 * - A decision lives as long as its observations are fresh; a round that grew old is followed by another look.
 * - Nothing here can disassociate: the address is never without a place because of us.
 */
import { type FleetTopology, MOVE_LIMITS } from '../lib/private/contract';
import { chooseHolders, type Decision, type FleetSight, type Move } from './core/choose-holders';
import { addressesToProbe, mergeHealth } from './core/merge-health';
import { recordMove } from './core/move-history';
import { isTimeForRound } from './deadline';
import { handBack } from './hand-back';
import type { Lease, TakeoverPorts, TakeoverState } from './ports';
import { readBack } from './read-back';
import { reasonOf } from './reason-of';

/** Looks of one run, so that it ends under a storm of hints; the sweep takes it from there. */
const ROUNDS = 5;

/** How long observations justify a move. */
const FRESH_MS = 15_000;

export interface TakeoverOptions {
  /** Names this run, unlike every other. */
  readonly owner: string;
  /** Epoch milliseconds at which the run is ended from outside; no look after the first begins too late for it. */
  readonly deadline?: number;
}

export interface TakeoverSummary {
  /** `busy`: somebody else holds the lease; `stale`: a newer run took over. */
  readonly outcome: 'done' | 'busy' | 'stale';
  readonly rounds: number;
  /** Moves that EC2 confirmed. */
  readonly moves: readonly Move[];
  /** What the last look led to; its moves are done. */
  readonly decisions: readonly Decision[];
}

/** Throws when anything failed that no later look found repaired. */
export async function runTakeover(
  ports: TakeoverPorts,
  topology: FleetTopology,
  options: TakeoverOptions,
): Promise<TakeoverSummary> {
  const { clock, log, store } = ports;
  let lease: Lease | undefined;
  let result: RunResult | undefined;
  try {
    lease = await store.acquire(options.owner, clock.now());
    if (lease) result = await new Run(ports, topology, lease).untilClean(options.deadline);
  } catch (error) {
    log.write({ event: 'failed', epoch: lease?.epoch, reason: `the table: ${reasonOf(error)}` });
    if (lease) await handBack(store, lease).catch(() => false);
    throw error;
  }
  if (!result) {
    log.write({ event: 'busy', reason: 'another run holds the lease and will look again' });
    return { outcome: 'busy', rounds: 0, moves: [], decisions: [] };
  }
  if (result.failures.length > 0) throw result.failures[0];
  return result.summary;
}

interface RunResult {
  readonly summary: TakeoverSummary;
  /** Logged already. */
  readonly failures: readonly unknown[];
}

/** What one look led to. */
interface Round {
  readonly end: 'complete' | 'aged' | 'stale';
  readonly decisions: readonly Decision[];
  readonly failures: readonly unknown[];
}

interface Sight extends FleetSight {
  /** When the first observer began to look. */
  readonly since: number;
}

/** One run under one lease. What it throws comes from the lease store: without the table nobody may act. */
class Run {
  private state: TakeoverState;
  private readonly moves: Move[] = [];

  constructor(
    private readonly ports: TakeoverPorts,
    private readonly topology: FleetTopology,
    private readonly lease: Lease,
  ) {
    this.state = lease.state;
  }

  async untilClean(deadline?: number): Promise<RunResult> {
    const { store, clock } = this.ports;
    for (let rounds = 1; ; rounds++) {
      const { end, decisions, failures } = await this.round();
      const summary = { rounds, moves: this.moves, decisions };
      if (end === 'stale') return { summary: { outcome: 'stale', ...summary }, failures };
      const clean = end === 'complete' && (await store.release(this.lease));
      if (!clean && rounds < ROUNDS && isTimeForRound(clock, deadline)) continue;
      if (!clean) await handBack(store, this.lease);
      return { summary: { outcome: 'done', ...summary }, failures };
    }
  }

  private async round(): Promise<Round> {
    const { clock, log } = this.ports;
    const { epoch } = this.lease;
    const decisions: Decision[] = [];
    const failures: unknown[] = [];
    const sight = await this.look().catch((error: unknown) => {
      log.write({ event: 'failed', epoch, reason: `could not look: ${reasonOf(error)}` });
      failures.push(error);
    });
    if (!sight) return { end: 'complete', decisions, failures };

    for (const decision of chooseHolders(sight, this.state, MOVE_LIMITS, clock.now())) {
      if (decision.action === 'move') {
        if (clock.now() - sight.since > FRESH_MS) return { end: 'aged', decisions, failures };
        const outcome = await this.move(decision);
        if (outcome === 'stale') return { end: 'stale', decisions, failures };
        if (outcome !== 'moved') failures.push(outcome.failure);
      } else {
        const event = decision.action === 'keep' ? 'well' : 'stuck';
        log.write({ event, virtualIp: decision.virtualIp, epoch, reason: decision.reason });
      }
      decisions.push(decision);
    }
    return { end: 'complete', decisions, failures };
  }

  private async look(): Promise<Sight> {
    const { view, plane, prober, clock } = this.ports;
    const { slots, virtualIps } = this.topology;
    const [interfaces, addresses] = await Promise.all([
      view.interfaces(slots.map(({ interfaceId }) => interfaceId)),
      plane.addresses(virtualIps.map(({ allocationId }) => allocationId)),
    ]);
    const since = clock.now();
    const observations = await prober.observe(addressesToProbe(interfaces));
    return {
      since,
      slots: mergeHealth(slots, interfaces, observations),
      virtualIps: virtualIps.map(({ name, allocationId }) => ({
        name,
        address: addresses.find((address) => address.allocationId === allocationId),
      })),
    };
  }

  private async move(move: Move): Promise<'moved' | 'stale' | { readonly failure: unknown }> {
    const { plane, log, clock } = this.ports;
    const { virtualIp, from, to, allocationId, interfaceId, privateAddress, reason } = move;
    const began = clock.now();
    const before = this.state;
    if (!(await this.save(recordMove(before, virtualIp, MOVE_LIMITS, began), virtualIp))) return 'stale';
    const failure = await plane.associate({ allocationId, interfaceId, privateAddress }).then(
      () => undefined,
      (error: unknown) => new Error(`AssociateAddress failed: ${reasonOf(error)}`, { cause: error }),
    );
    const seen = await readBack(plane, clock, allocationId, (address) => {
      return address?.interfaceId === interfaceId && address.privateAddress === privateAddress;
    });
    const entry = { virtualIp, from, to, epoch: this.lease.epoch, tookMs: clock.now() - began };
    if (seen === 'as wanted') {
      log.write({ event: 'moved', ...entry, reason: failure ? `${reason} (the answer was lost)` : reason });
      this.moves.push(move);
      return 'moved';
    }
    const failed =
      failure ?? new Error(`EC2 does not show ${virtualIp} on slot ${to} after AssociateAddress: read back '${seen}'`);
    log.write({ event: 'failed', ...entry, reason: failed.message });
    if (failure && seen === 'otherwise' && !(await this.save(before, virtualIp))) return 'stale';
    return { failure: failed };
  }

  /** False, and logged, when a newer run took over. */
  private async save(state: TakeoverState, virtualIp: string): Promise<boolean> {
    const { store, log, clock } = this.ports;
    const saved = await store.save(this.lease, state, clock.now());
    if (saved) this.state = state;
    else log.write({ event: 'stale', virtualIp, epoch: this.lease.epoch, reason: 'a newer run took over' });
    return saved;
  }
}
