/** What must be true of everything else that a run does, and of what it says at its end. */
import type { VirtualIpEventDetail } from '../../lib/private/takeover-contract';
import type { Move } from '../../runtime/core/choose-holders';
import type { TakeoverState } from '../../runtime/ports';
import type { TakeoverSummary } from '../../runtime/takeover';
import { evidence } from './checks';
import { type Controller, type MoveCall, STALE_MS } from './controller';
import type { World } from './world';

/** Clocks of hosts that are not wrong differ by less. */
const SKEW_MS = 2000;

/** Looks of one run at most, and calls of one look for K addresses: three to look, a write, a move and four read-backs each, more. */
const LOOKS = 16;
const callsOf = (virtualIps: number) => LOOKS * (5 + virtualIps * 9);

export class RunChecks {
  constructor(private readonly world: World) {}

  /** The table took a write. */
  checkCommit(run: Controller, before: TakeoverState, after: TakeoverState): void {
    const { checks, ledger, timeline } = this.world;
    this.world.learnOrders(run, before, after);
    if (!run.isSane) {
      // For a clock that is an hour ahead, an order's time is over.
      ledger.wrongClockAt = timeline.now;
      ledger.keepOnly(after);
    }
    const isCertain = (until: number) => run.isSane && until > timeline.now + SKEW_MS;

    const lost = [...ledger.tombstones].filter((name) => !after.tombstones.includes(name));
    const made = after.tombstones.filter((name) => !ledger.tombstones.has(name));
    checks.demand(
      'I13 no tombstone is lost or made',
      lost.length + made.length === 0,
      () => `${run.name}: ${[...lost, ...made]}`,
    );
    for (const [name, pin] of ledger.pins) {
      const met = pin.once && this.world.holderOf(run.known.places.get(this.world.allocationOf(name)))?.slot === pin.slot;
      const kept = after.pins[name]?.slot === pin.slot && after.pins[name]?.once === pin.once;
      checks.demand(
        'I13 no order is lost',
        kept || met || !isCertain(pin.until),
        () => `${run.name}: ${name} to slot ${pin.slot}`,
      );
      if (met && !kept) ledger.pins.delete(name);
    }
    for (const [name, until] of ledger.frozen) {
      const kept = after.maintenance.virtualIps[name] === until;
      checks.demand('I13 no order is lost', kept || !isCertain(until), () => `${run.name}: freeze ${name}`);
    }
    for (const [slot, until] of ledger.evacuated) {
      const kept = after.maintenance.slots[slot] === until;
      checks.demand('I13 no order is lost', kept || !isCertain(until), () => `${run.name}: evacuate ${slot}`);
    }
  }

  checkNews(run: Controller, type: 'moved' | 'stuck', { virtualIp, to }: VirtualIpEventDetail): void {
    if (type !== 'moved') return;
    const allocationId = this.world.allocationOf(virtualIp);
    const moved = this.hasHappened(run, allocationId, (move) => this.world.holderOf(move)?.slot === to);
    this.world.checks.demand('I10 only what happened is told', moved, () => `${run.name}: ${virtualIp} to slot ${to}`);
  }

  /** Letting go is for addresses that are being deleted. */
  checkRelease(run: Controller, associationId: string): void {
    const { checks, ledger, fleet, topology } = this.world;
    const found = [...fleet.allocations].find(([, place]) => place?.associationId === associationId);
    const name = topology.virtualIps.find(({ allocationId }) => allocationId === found?.[0])?.name;
    const buried = found === undefined || (name !== undefined && ledger.tombstones.has(name));
    checks.demand('I6 no release without a tombstone', buried, () => `${run.name}: ${name}`);
  }

  checkCalls(run: Controller): void {
    const { checks, topology } = this.world;
    checks.demand('I10 calls are bounded', run.calls <= callsOf(topology.virtualIps.length), () => `${run.name}: ${run.calls}`);
  }

  /** A run ended and says that it did its work. */
  checkSummary(run: Controller, { outcome, looks, moves, decisions }: TakeoverSummary): void {
    const { checks, topology, fleet, ledger } = this.world;
    this.checkCalls(run);
    checks.demand('I10 looks are bounded', looks <= LOOKS, () => `${run.name}: ${looks}`);
    checks.demand('I14 no run ends silently', run.log.length > 0, () => run.name);
    const isMade = ({ allocationId, privateAddress }: Move) => {
      return this.hasHappened(run, allocationId, (move) => move.privateAddress === privateAddress);
    };
    for (const move of moves) {
      checks.demand('I10 only what happened is told', isMade(move), () => `${run.name}: ${JSON.stringify(move)}`);
    }
    if (outcome !== 'done') return;
    for (const decision of decisions) {
      const { virtualIp } = decision;
      const kept = decision.action === 'keep' && decision.health === 'unknown' ? 'unknown' : 'well';
      const said = decision.action === 'move' ? 'moved' : decision.action === 'keep' ? kept : 'stuck';
      const logged = run.log.some((entry) => entry.event === said && entry.virtualIp === virtualIp);
      checks.demand('I14 every decision is in the log', logged, () => `${run.name}: ${virtualIp} ${said}`);
      if (decision.action !== 'move') continue;
      checks.demand('I10 a failed move is no success', isMade(decision), () => `${run.name}: ${virtualIp}`);
    }
    for (const { virtualIp, action } of decisions) {
      const pin = ledger.pins.get(virtualIp);
      const holder = this.world.holderOf(run.known.places.get(this.world.allocationOf(virtualIp)))?.slot;
      const isInForce = pin?.once && pin.at < run.known.readAt && pin.until > this.world.timeline.now + SKEW_MS;
      const saw = isInForce && pin.slot === holder && action === 'keep' && run.isSane;
      checks.demand('I9 an order that was met is over', !saw, () => `${run.name}: ${virtualIp} to slot ${holder}`);
    }
    for (const { name, home, allocationId } of topology.virtualIps) {
      const slot = fleet.slot(home);
      const unready = slot.secondaryAddresses.every((address) => evidence(run.known, slot, address) !== 'ready');
      if (unready) ledger.homeUnready.set(name, run.known.readAt);
      if (this.world.holderOf(run.known.places.get(allocationId))?.slot === home) ledger.atHome.set(name, run.known.readAt);
    }
  }

  checkFailure(run: Controller): void {
    this.checkCalls(run);
    const told = run.log.some(({ event }) => event === 'failed');
    this.world.checks.demand('I14 no run fails silently', told, () => run.name);
  }

  /** The lifecycle function says that an address may be released. */
  checkDeleted(run: Controller, name: string, delayMs: number): void {
    const { checks, ledger, fleet, timeline } = this.world;
    const allocationId = this.world.allocationOf(name);
    const place = fleet.allocations.get(allocationId);
    checks.demand('I6 a deleted address has a tombstone', ledger.tombstones.has(name), () => run.name);
    // What somebody put back by hand while the function ran, or a moment before, is not for it to see.
    if ((ledger.byHand.get(allocationId) ?? 0) >= run.startedAt - STALE_MS) return;
    checks.demand('I11 a deleted address is let go', this.world.holderOf(place) === undefined, () => `${run.name}: ${name}`);
    const servedAt = this.world.servedAt.get(allocationId) ?? 0;
    const waited = timeline.now - servedAt;
    const isThere = fleet.allocations.has(allocationId);
    checks.demand('I11 caches have forgotten it', !isThere || waited >= delayMs, () => `${run.name}: after ${waited} ms`);
  }

  /**
   * Whoever made it: a run that stood still for long in its read-back may find that another one, or somebody by hand, made its move.
   */
  private hasHappened({ startedAt }: Controller, allocationId: string, isIt: (move: MoveCall) => boolean): boolean {
    const { ledger } = this.world;
    if ((ledger.byHand.get(allocationId) ?? 0) >= startedAt - STALE_MS) return true;
    return ledger.effects.some((move) => move.at >= startedAt && move.allocationId === allocationId && isIt(move));
  }
}
