/**
 * Plays one history of a fleet against the real takeover, in virtual time, and checks the invariants of the project after every
 * step.
 *
 * Every call of a run takes time, takes effect somewhere within it, and may be throttled, lose its answer, see a stale state,
 * stall for longer than a lease, or never return because the run died. Only the write that fences a move and the move itself
 * follow each other within bounds, as the SDK's timeouts guarantee.
 */
import { MOVE_LIMITS, SWEEP_SECONDS } from '../../lib/private/contract';
import { runTakeover } from '../../runtime/takeover';
import { CountingLeaseStore } from './counting-lease-store';
import { FakeFleet } from './fake-fleet';
import { Invariants } from './invariants';
import type { Random } from './random';
import { RecentPlaces } from './recent-places';
import { SimulatedRun } from './simulated-run';
import { VirtualTime } from './virtual-time';

/** Something that happens to the fleet, some time after what happened before. */
export type Happening = { readonly afterMs: number } & (
  | { readonly kind: 'health'; readonly slot: number; readonly health: 'ready' | 'live' | 'dead' }
  /** One address of a slot fares worse than the slot; 'ready' ends that. */
  | { readonly kind: 'place'; readonly slot: number; readonly place: number; readonly health: 'ready' | 'live' | 'dead' }
  | { readonly kind: 'instance'; readonly slot: number; readonly present: boolean }
  | { readonly kind: 'observer'; readonly slot: number; readonly sight: 'fine' | 'blind' | 'missing' }
  | { readonly kind: 'operator'; readonly virtualIp: number; readonly to: 'nowhere' | 'foreign' | 'slot'; readonly slot: number }
  | { readonly kind: 'hint'; readonly copies: number }
  /** The slot that holds a virtual IP gets sick for a while, and heartbeats tell. */
  | { readonly kind: 'relapse'; readonly virtualIp: number; readonly health: 'live' | 'dead'; readonly forMs: number }
);

export interface History {
  readonly slots: number;
  readonly virtualIps: number;
  readonly zones: number;
  /** Percent of calls that go wrong. */
  readonly trouble: number;
  readonly seed: number;
  readonly happenings: readonly Happening[];
}

/** How long the calls of any run can go on after the last trouble began: a stall and a lease. */
const SETTLE_MS = 250_000;

export class Simulation {
  readonly time = new VirtualTime();
  readonly store = new CountingLeaseStore();
  readonly fleet: FakeFleet;
  readonly places: RecentPlaces;
  readonly invariants: Invariants;
  /** What happened, for the message of a failure. */
  readonly story: string[] = [];
  trouble: number;
  private runs = 0;

  constructor(
    private readonly history: History,
    readonly random: Random,
  ) {
    this.fleet = new FakeFleet(history);
    this.places = new RecentPlaces(this.fleet);
    this.invariants = new Invariants(this);
    this.trouble = history.trouble;
  }

  /** Plays the history with a sweep every minute, ends all trouble, and demands that the fleet finds peace. */
  async play(): Promise<void> {
    const length = this.history.happenings.reduce((sum, { afterMs }) => sum + afterMs, 0);
    for (let sweep = 0; sweep <= length; sweep += SWEEP_SECONDS * 1000) this.time.after(sweep, () => this.start('sweep'));
    for (const happening of this.history.happenings) {
      await this.pass(happening.afterMs);
      this.happen(happening);
    }
    await this.findPeace();
  }

  tell(line: string): void {
    this.story.push(`${((this.time.now() - 1_800_000_000_000) / 1000).toFixed(3)} ${line}`);
  }

  private async findPeace(): Promise<void> {
    this.trouble = 0;
    this.tell('all trouble ends');
    for (const zone of this.fleet.observers.keys()) this.fleet.observers.set(zone, 'fine');
    await this.pass(SETTLE_MS);
    const full = Object.values(this.store.state.moves).some((moves) => moves.length >= MOVE_LIMITS.movesPerWindow);
    if (full) await this.pass(MOVE_LIMITS.windowSeconds * 1000);
    for (let sweep = 1; sweep <= 2; sweep++) await this.sweep();
    this.invariants.checkConverged();
    const before = this.changes();
    await this.sweep();
    this.invariants.checkFixedPoint(before, this.changes());
    this.invariants.throwIfBroken();
  }

  private async sweep(): Promise<void> {
    this.start('sweep');
    await this.pass(SWEEP_SECONDS * 1000);
  }

  private changes(): number {
    return this.fleet.writes.length + this.store.saves;
  }

  private pass(milliseconds: number): Promise<void> {
    this.places.note(this.time.now());
    return this.time.pass(milliseconds, () => {
      this.places.note(this.time.now());
      this.invariants.throwIfBroken();
    });
  }

  private start(why: string): void {
    const run = new SimulatedRun(this, `run ${++this.runs}`);
    this.tell(`${run.name} starts (${why})`);
    runTakeover(run.ports, this.fleet.topology, { owner: run.name }).then(
      ({ outcome, rounds }) => this.tell(`${run.name} ends: ${outcome} after ${rounds} rounds`),
      (error: unknown) => this.tell(`${run.name} fails: ${String(error)}`),
    );
  }

  private happen(happening: Happening): void {
    this.tell(JSON.stringify(happening));
    const { slots, topology, observers } = this.fleet;
    const slot = 'slot' in happening ? slots[happening.slot % slots.length] : undefined;
    const virtualIp =
      'virtualIp' in happening ? topology.virtualIps[happening.virtualIp % topology.virtualIps.length] : undefined;
    if (happening.kind === 'hint') for (let copy = 0; copy < happening.copies; copy++) this.start('hint');
    if (happening.kind === 'operator' && virtualIp && slot) this.operate(virtualIp.name, happening.to, slot.slot);
    if (happening.kind === 'relapse' && virtualIp) this.relapse(virtualIp.name, happening.health, happening.forMs);
    if (happening.kind === 'health' && slot) slot.health = happening.health;
    if (happening.kind === 'place' && slot) {
      const { secondaryAddresses, worse } = slot;
      worse.set(secondaryAddresses[happening.place % secondaryAddresses.length] ?? '', happening.health);
    }
    if (happening.kind === 'instance' && slot) slot.instanceId = happening.present ? `i-${this.time.now()}` : undefined;
    if (happening.kind === 'observer' && slot) observers.set(slot.zone, happening.sight);
  }

  private relapse(virtualIp: string, health: 'live' | 'dead', forMs: number): void {
    const holder = this.fleet.holderOf(virtualIp);
    if (holder === undefined) return;
    const slot = this.fleet.slot(holder);
    slot.health = health;
    this.time.after(500, () => this.start('heartbeat'));
    this.time.after(forMs, () => {
      slot.health = 'ready';
      this.start('heartbeat');
    });
  }

  private operate(virtualIp: string, to: 'nowhere' | 'foreign' | 'slot', slot: string): void {
    if (to === 'nowhere') this.fleet.put(virtualIp);
    else if (to === 'foreign') this.fleet.put(virtualIp, { interfaceId: 'eni-foreign', privateAddress: `10.9.9.${virtualIp}` });
    else if (this.fleet.holderOf(virtualIp) !== slot) this.fleet.putOn(virtualIp, slot);
  }
}
