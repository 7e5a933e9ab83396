/**
 * One run of the takeover: its looks, its writes and its moves.
 *
 * Gotchas
 * - There is no lease to give back, and so none to lose: the move that was written down keeps others from acting, until EC2 shows it
 *   or they have waited PENDING_SECONDS. A run that died leaves nothing to clear away, and the next one completes what it began.
 * - EC2 has no compare-and-swap: the write of step 3 is the fence, and the call follows within FENCE_MS and the SDK's timeouts, which
 *   together are shorter than PENDING_SECONDS. Nothing may come between the two.
 * - An error says nothing about the effect, because the answer may be lost or the call still be on its way: the read-back decides,
 *   and where it cannot, the end of PENDING_SECONDS. Only a move that provably did not happen is taken back, so that an outage of EC2
 *   does not use up the moves of the window.
 * - One address that EC2 refused does not stop the others; the run fails at its end. A move that the read-back left in doubt stops
 *   the look: the next move would be written over it, and nothing would keep others from it any more. It comes last in the next one.
 * - A decision lives as long as its observations are fresh.
 * - Nothing here can disassociate: the address is never without a place because of us.
 */
import { type FleetTopology, MOVE_LIMITS, type VirtualIpEventDetail } from '../lib/private/takeover-contract';
import { chooseHolders, type Decision, type Move, type Stuck } from './core/choose-holders';
import type { PendingMove } from './core/model';
import { forgetMove, recordMove } from './core/move-history';
import { isSameMove, isShown, PendingWait, withConfirmed, withPending, writtenMoves } from './core/pending';
import { glanceAt, observe, type Sight } from './look';
import { type AddressView, Refused, type Stored, type TakeoverPorts, type TakeoverState } from './ports';
import { readBack } from './read-back';
import { reasonOf } from './reason-of';

/** How long observations justify a move. */
const FRESH_MS = 15_000;

/** How soon a move must follow after its write was sent. */
const FENCE_MS = 5000;

/** What a run has found so far. */
export interface Findings {
  /** Moves that EC2 confirmed. */
  readonly moves: readonly Move[];
  /** Milliseconds until EC2 showed the last of them; undefined without one. */
  readonly tookMs?: number;
  /** What the last look led to; its moves are done. */
  readonly decisions: readonly Decision[];
  /** Slots that were live at one address at least; undefined when nobody looked. */
  readonly liveSlots?: number;
  /** Observers that did not answer at the last look. */
  readonly silentObservers: number;
}

type News = Omit<VirtualIpEventDetail, 'fleet'>;

export class Run {
  /** Moves that failed and that no later look came to an end without, logged already. */
  readonly failures: Error[] = [];
  found: Findings = { moves: [], decisions: [], silentObservers: 0 };
  /** Settle when the world was told, or could not be. */
  readonly announcements: Promise<void>[] = [];
  private readonly began: number;
  /** The move that neither EC2 nor the read-back confirmed yet, how it was written down, and whether the call failed. */
  private inDoubt?: { readonly move: Move; readonly pending: PendingMove; readonly epoch: number; readonly failed: boolean };
  private readonly wait = new PendingWait();
  /** Who got stuck, until it is written down: nobody else will tell of it then. */
  private untold: Stuck[] = [];

  constructor(
    private readonly ports: TakeoverPorts,
    private readonly topology: FleetTopology,
    private readonly owner: string,
  ) {
    this.began = ports.clock.elapsed();
  }

  /** One look and what follows from it. Throws when it could not look or write: nobody acts blindly. */
  async look(): Promise<'done' | 'busy' | 'stale' | 'failed'> {
    const { clock } = this.ports;
    const asked = clock.elapsed();
    const glance = await this.logged('could not look', () => glanceAt(this.ports, this.topology));
    const { inDoubt: doubt } = this;
    // Another run may have made the same move since, and told of it.
    const doubted = doubt && writtenMoves(glance.stored.state).find((move) => isSameMove(doubt.pending, move));
    const isOver = doubted !== undefined && isShown(doubted, glance.addresses);
    if (doubt && isOver) this.confirm(doubt.move, doubt.epoch, 'late');
    if (this.wait.isUnderWay(glance.stored.state, glance.addresses, asked, clock.elapsed())) {
      this.ports.log.write({ event: 'busy', reason: 'a move that was written down is under way' });
      return 'busy';
    }
    const sight = await this.logged('could not look', () => observe(this.ports, this.topology, glance));
    return this.act(sight, glance.stored, doubt?.failed && !isOver ? doubted : undefined);
  }

  /** @param undone a move of this run that failed, and whose time is over: it will not happen any more */
  private async act(sight: Sight, before: Stored, undone?: PendingMove): Promise<'done' | 'stale' | 'failed'> {
    const { failures } = this;
    const earlier = failures.length;
    const seated = sight.virtualIps.flatMap(({ address }) => address ?? []);
    const written = writtenMoves(before.state);
    const shown = written.filter((move) => isShown(move, seated));
    const settled = withConfirmed(undone ? forgetMove(before.state, undone) : before.state, []);
    const { decisions, state } = chooseHolders(sight, settled, MOVE_LIMITS, this.ports.clock.now());
    const alive = sight.slots.filter(({ places }) => places.some(({ health }) => health === 'ready' || health === 'live'));
    const liveSlots = sight.answered.length > 0 ? alive.length : undefined;
    const silentObservers = this.topology.probes.length - sight.answered.length;
    this.found = { ...this.found, decisions, liveSlots, silentObservers };
    this.inDoubt = undefined;
    this.untold = decisions.filter((decision): decision is Stuck => {
      return decision.action === 'stuck' && !settled.stuck.includes(decision.virtualIp);
    });
    let stored: Stored | undefined = { epoch: before.epoch, state: withConfirmed(state, shown) };
    const isLast = ({ virtualIp }: Decision) => Number(virtualIp === undone?.virtualIp);
    for (const decision of [...decisions].sort((a, b) => isLast(a) - isLast(b))) {
      if (decision.action !== 'move') continue;
      stored = await this.move(decision, stored, sight.since);
      if (!stored) return 'stale';
      if (this.inDoubt) break;
    }
    const moved = decisions.some(({ action }) => action === 'move');
    const changed = JSON.stringify(state) !== JSON.stringify(settled);
    // What EC2 shows stays, for those whose answers are stale; what it does not show would have to be waited for again.
    if (!moved && (changed || shown.length < written.length)) {
      stored = await this.commit(stored, stored.state);
      if (!stored) return 'stale';
    }
    for (const decision of decisions) {
      if (decision.action === 'move') continue;
      const { action, health, virtualIp, reason } = decision;
      const kept = health === 'unknown' ? 'unknown' : 'well';
      this.ports.log.write({ event: action === 'keep' ? kept : 'stuck', virtualIp, epoch: stored.epoch, reason });
    }
    failures.splice(0, earlier);
    return failures.length > 0 ? 'failed' : 'done';
  }

  /** What the table holds after the move; undefined when somebody else wrote or time ran out. Failures are kept. */
  private async move(move: Move, before: Stored, since: number): Promise<Stored | undefined> {
    const { plane, log, clock } = this.ports;
    const { virtualIp, from, to, allocationId, interfaceId, privateAddress } = move;
    const at = clock.now();
    const sent = clock.elapsed();
    if (sent - since > FRESH_MS) return this.outdated('the observations are too old', before);
    const pending = { virtualIp, allocationId, interfaceId, privateAddress, at };
    const stored = await this.commit(before, withPending(recordMove(before.state, virtualIp, MOVE_LIMITS, at), pending));
    if (!stored) return undefined;
    this.wait.begin(pending, clock.elapsed());
    if (clock.elapsed() - sent > FENCE_MS) {
      this.outdated('the write took too long for a move to follow', stored);
      await this.commit(stored, before.state);
      return undefined;
    }

    const failure = await plane.associate({ allocationId, interfaceId, privateAddress }).then(
      () => undefined,
      (cause: unknown) => new Error(`AssociateAddress failed: ${reasonOf(cause)}`, { cause }),
    );
    const isMade = (address: AddressView | undefined) => address !== undefined && isShown(move, [address]);
    // After a refusal there is nothing to wait for.
    const seen = await readBack(plane, clock, allocationId, isMade, failure?.cause instanceof Refused ? [0] : undefined);
    if (seen === 'as wanted') {
      this.confirm(move, stored.epoch, failure ? 'lost' : 'prompt');
      return stored;
    }
    const failed =
      failure ?? new Error(`EC2 does not show ${virtualIp} on slot ${to} after AssociateAddress: read back '${seen}'`);
    log.write({ event: 'failed', virtualIp, from, to, epoch: stored.epoch, tookMs: this.tookMs(), reason: failed.message });
    this.failures.push(failed);
    if (failure?.cause instanceof Refused && seen === 'otherwise') return this.commit(stored, before.state);
    this.inDoubt = { move, pending, epoch: stored.epoch, failed: failure !== undefined };
    return stored;
  }

  /** EC2 shows it: at once, although the answer was lost, or later than the read-back waited. */
  private confirm(move: Move, epoch: number, answer: 'prompt' | 'lost' | 'late'): void {
    const { virtualIp, from, to, reason } = move;
    const tookMs = this.tookMs();
    const remark = { prompt: '', lost: ' (the answer was lost)', late: ' (EC2 showed it late)' }[answer];
    this.ports.log.write({ event: 'moved', virtualIp, from, to, epoch, tookMs, reason: `${reason}${remark}` });
    this.inDoubt = undefined;
    this.found = { ...this.found, moves: [...this.found.moves, move], tookMs };
    this.announce('moved', { virtualIp, from, to, epoch, reason, tookMs });
  }

  /** Nothing waits for it but the end of the run, and that nobody hears of it changes nothing. */
  private announce(type: 'moved' | 'stuck', { virtualIp, from, to, epoch, reason, tookMs }: News): void {
    const detail = { fleet: this.topology.fleet, virtualIp, from, to, epoch, reason, tookMs };
    const told = this.ports.announcer.announce(type, detail).catch((error: unknown) => {
      this.ports.log.write({ event: 'failed', virtualIp, reason: `its event may be missing: ${reasonOf(error)}` });
    });
    this.announcements.push(told);
  }

  /** Undefined, and logged, when somebody else wrote first. */
  private async commit(before: Stored, state: TakeoverState): Promise<Stored | undefined> {
    const written = await this.logged('the table', () => this.ports.store.commit(before, state, this.owner));
    if (!written) return this.outdated('somebody else wrote since this run looked', before);
    const epoch = before.epoch + 1;
    for (const { virtualIp, at, reason } of this.untold.splice(0)) {
      this.announce('stuck', { virtualIp, from: at, epoch, reason, tookMs: this.tookMs() });
    }
    return { epoch, state };
  }

  private tookMs(): number {
    return Math.round(this.ports.clock.elapsed() - this.began);
  }

  private outdated(reason: string, { epoch }: Stored): undefined {
    this.ports.log.write({ event: 'stale', epoch, reason });
  }

  private async logged<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.ports.log.write({ event: 'failed', reason: `${what}: ${reasonOf(error)}` });
      throw error;
    }
  }
}
