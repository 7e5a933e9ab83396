/** What must be true of a move when it is sent, given what its run was told, and when it has its effect, whatever anybody knew. */
import { MOVE_LIMITS } from '../../lib/private/takeover-contract';
import { answersFor, evidence } from './checks';
import { type Controller, EFFECT_MS, type MoveCall } from './controller';
import type { World } from './world';

/** Clocks of hosts that are not wrong differ by less. */
const SKEW_MS = 2000;

/** A decision is acted upon within so long: observations live 15 s, and a write may take 5 s. */
const DECISION_MS = 20_000;

export interface Issued {
  readonly run: Controller;
  readonly move: MoveCall;
  readonly epoch: number | undefined;
  readonly writtenAt: number;
  readonly automatic: boolean;
}

export class MoveChecks {
  constructor(private readonly world: World) {}

  checkIssue(run: Controller, move: MoveCall): Issued {
    const { timeline, checks, topology, ledger } = this.world;
    const { known, written } = run;
    const now = timeline.now;
    const name = topology.virtualIps.find(({ allocationId }) => allocationId === move.allocationId)?.name ?? '?';
    const to = this.slotOf(move);

    checks.demand(
      'I13 a move follows a write of its own',
      written !== undefined && written.moves === 0,
      () => `${run.name} ${name}`,
    );
    if (written) written.moves++;
    const writtenAt = written?.sentAt ?? now;
    if (run.isSane) {
      checks.demand('I13 a move follows its write at once', now - writtenAt <= 5000, () => `${now - writtenAt} ms later`);
    }

    const alive = answersFor(known, move.privateAddress).some(({ health }) => health !== 'dead');
    const attached = known.interfaces.some(({ interfaceId, instanceId }) => interfaceId === move.interfaceId && instanceId);
    checks.demand('I2 only to a place observed alive', alive && attached, () => `${name} to ${move.privateAddress}`);
    const age = now - known.observedAt;
    checks.demand('I2 only upon a fresh observation', age <= DECISION_MS, () => `the observation is ${age} ms old`);

    const told = known.places.get(move.allocationId);
    const there = told?.interfaceId === move.interfaceId && told.privateAddress === move.privateAddress;
    checks.demand('I7 no move to where it is', !there, () => `${run.name} knew ${name} to be at ${move.privateAddress}`);
    const taken = [...known.places.values()].find((other) => {
      return other.allocationId !== move.allocationId && other.privateAddress === move.privateAddress;
    });
    checks.demand(
      'I4 no known holder is pushed off',
      taken === undefined,
      () => `${name} to the place of ${taken?.allocationId}`,
    );

    checks.demand('I6 a deleted address stays', !ledger.tombstones.has(name), () => name);
    if (this.world.holderOf(told)?.slot === this.world.homeOf(name)) ledger.atHome.set(name, now);
    const automatic = run.isSane ? this.checkOrders(run, name, to?.slot ?? '?', move) : false;
    return { run, move, epoch: written?.epoch, writtenAt, automatic };
  }

  checkEffect({ run, move, epoch, writtenAt, automatic }: Issued): void {
    const { checks, store, fleet, ledger, timeline, topology } = this.world;
    const name = topology.virtualIps.find(({ allocationId }) => allocationId === move.allocationId)?.name ?? '?';
    checks.demand('I1 one epoch acts', store.epoch === epoch, () => `${run.name} moved ${name} of ${epoch} at ${store.epoch}`);
    checks.demand('I6 a deleted address stays', !ledger.tombstones.has(name), () => name);
    const pushed = [...fleet.allocations].find(([other, place]) => {
      return other !== move.allocationId && place?.privateAddress === move.privateAddress;
    })?.[0];
    const byHand = pushed !== undefined && timeline.now - (ledger.byHand.get(pushed) ?? 0) < DECISION_MS + EFFECT_MS + SKEW_MS;
    checks.demand('I4 nobody is pushed off', pushed === undefined || byHand, () => `${name} takes the place of ${pushed}`);
    const place = fleet.allocations.get(move.allocationId);
    const isThere = place?.interfaceId === move.interfaceId && place.privateAddress === move.privateAddress;
    const isByHand = timeline.now - (ledger.byHand.get(move.allocationId) ?? 0) < DECISION_MS + EFFECT_MS + SKEW_MS;
    checks.demand('I7 no move is made twice', !isThere || isByHand, () => `${run.name}: ${name} to ${move.privateAddress}`);
    ledger.effects.push({ ...move, at: timeline.now, writtenAt, automatic });
    if (pushed !== undefined) ledger.byHand.set(pushed, timeline.now);
  }

  /** Orders, and what limits a move that nobody ordered. True when nobody did. */
  private checkOrders(run: Controller, name: string, to: string, move: MoveCall): boolean {
    const { checks, ledger, timeline } = this.world;
    const { known } = run;
    const isCertain = (until: number | undefined) => until !== undefined && until > timeline.now + SKEW_MS;
    const isPossible = (until: number | undefined) => until !== undefined && until > timeline.now - DECISION_MS - SKEW_MS;

    checks.demand('I9 a frozen address stays', !isCertain(ledger.frozen.get(name)), () => name);
    const pin = ledger.pins.get(name);
    const obeys = pin !== undefined && isPossible(pin.until) && pin.slot === to;
    const pinned = pin !== undefined && !pin.once && isCertain(pin.until);
    checks.demand('I9 a pinned address goes to its slot only', !pinned || pin.slot === to, () => `${name} to slot ${to}`);
    if (obeys && !pin.once) return false;
    checks.demand(
      'I9 a slot in maintenance receives nothing',
      !isCertain(ledger.evacuated.get(to)),
      () => `${name} to slot ${to}`,
    );
    if (obeys) return false;

    const told = known.places.get(move.allocationId);
    const holder = this.world.holderOf(told);
    const address = told?.privateAddress;
    const isPlace = holder !== undefined && address !== undefined && holder.secondaryAddresses.includes(address);
    const health = isPlace ? evidence(known, holder, address) : undefined;
    if (health === undefined || health === 'dead') {
      this.checkCap(run, name, move);
      return true;
    }
    const isReady = answersFor(known, move.privateAddress).some((seen) => seen.health === 'ready');
    if (holder && isPossible(ledger.evacuated.get(holder.slot))) {
      checks.demand('I9 maintenance makes nothing worse', isReady || health === 'live', () => `${name} from slot ${holder.slot}`);
      return false;
    }
    const goesHome = health === 'ready' && isReady && this.mayGoHome(name, to);
    const isProven = (health === 'live' && isReady) || goesHome;
    checks.demand(
      health === 'ready' ? 'I9 no failback unless asked for and due' : 'I8 no move off a holder without proof',
      isProven,
      () => `${name} left slot ${holder?.slot}, which was ${health} at ${address}`,
    );
    const moves = this.movesWithin(move, MOVE_LIMITS.coolDownSeconds, run);
    checks.demand('I8 a holder that lives is spared in the cool-down', moves === 0, () => name);
    this.checkCap(run, name, move);
    return true;
  }

  private checkCap(run: Controller, name: string, move: MoveCall): void {
    const moves = this.movesWithin(move, MOVE_LIMITS.windowSeconds, run);
    this.world.checks.demand(
      'I8 bounded moves per window',
      moves < MOVE_LIMITS.movesPerWindow,
      () => `${name} moved ${moves} times`,
    );
  }

  private movesWithin({ allocationId }: MoveCall, seconds: number, { written }: Controller): number {
    const { ledger } = this.world;
    const since = Math.max((written?.sentAt ?? 0) - seconds * 1000 + SKEW_MS, ledger.wrongClockAt);
    return ledger.effects.filter((effect) => effect.allocationId === allocationId && effect.writtenAt > since).length;
  }

  /** Its home slot was asked for it, is due, and no run that came to its end since saw it unready. */
  private mayGoHome(name: string, to: string): boolean {
    const { ledger, topology, timeline } = this.world;
    const virtualIp = topology.virtualIps.find((candidate) => candidate.name === name);
    if (virtualIp?.preemptAfterSeconds === undefined || virtualIp.home !== to) return false;
    const from = Math.max(ledger.atHome.get(name) ?? 0, ledger.homeUnready.get(name) ?? 0);
    if (ledger.wrongClockAt > from) return true;
    return timeline.now - from >= virtualIp.preemptAfterSeconds * 1000 - EFFECT_MS - SKEW_MS;
  }

  private slotOf({ interfaceId }: MoveCall) {
    return this.world.fleet.slots.find((slot) => slot.interfaceId === interfaceId);
  }
}
