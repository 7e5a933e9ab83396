import {
  type AddressView,
  type LifecyclePorts,
  Refused,
  type Stored,
  type TakeoverEntry,
  type TakeoverState,
} from '../../runtime/ports';
import { type Knowledge, placesOn } from './knowledge';
import type { Call, Kind } from './trouble';
import type { Host, World } from './world';

/** Stale answers are at most this old. The use case reads back for longer. */
export const STALE_MS = 1500;

/**
 * The premise of the fence: a call that was sent has its effect within so long or never. Three tries of three seconds each, and
 * what EC2 itself may take. An associate is sent within 5 s of its write, so all is over before PENDING_SECONDS.
 */
export const EFFECT_MS = 11_000;

/** A write of this run that the table took. */
export interface Written {
  readonly epoch: number;
  readonly sentAt: number;
  /** Moves that were sent under it. */
  moves: number;
}

export interface MoveCall {
  readonly allocationId: string;
  readonly interfaceId: string;
  readonly privateAddress: string;
}

/** One run of one function on a host with a clock of its own: the real use case over ports whose every call can go wrong. */
export class Controller {
  readonly known: Knowledge = { interfaces: [], observations: [], observedAt: 0, readAt: 0, places: new Map() };
  readonly log: TakeoverEntry[] = [];
  readonly startedAt: number;
  written: Written | undefined;
  readonly ports: LifecyclePorts;
  calls = 0;
  /** The latest read of each kind that was answered. */
  private readonly learned = new Map<string, number>();

  /** @param endsAt when it is ended from outside */
  constructor(
    private readonly world: World,
    readonly name: string,
    readonly host: Host,
    private readonly endsAt = Number.POSITIVE_INFINITY,
  ) {
    this.startedAt = world.timeline.now;
    this.ports = this.portsOf(world);
  }

  /** False when its clock was wrong at any time since it began. */
  get isSane(): boolean {
    return this.host.isSane && this.host.steppedAt < this.startedAt;
  }

  private portsOf({ fleet, store, timeline, checks, ec2 }: World): LifecyclePorts {
    const { known } = this;
    const learnPlaces = (views: readonly AddressView[]) => {
      for (const view of views) known.places.set(view.allocationId, view);
    };
    return {
      clock: {
        now: () => Math.floor(timeline.now + this.host.offsetMs),
        elapsed: () => timeline.now,
        sleep: (milliseconds) => this.sleep(milliseconds),
      },
      log: {
        write: (entry) => {
          this.log.push(entry);
          this.world.tell(`${this.name} ${JSON.stringify(entry)}`);
        },
      },
      store: {
        read: () => {
          const asked = timeline.now;
          return this.learn(
            'read',
            () => store.stored,
            () => Object.assign(known, { readAt: asked }),
          );
        },
        commit: (before, state) => this.commit(before, state),
      },
      view: {
        interfaces: (ids) =>
          this.learn(
            'interfaces',
            (kind) => this.withGap(ec2.interfaces(ids, this.asOf(kind)), kind),
            (views) => {
              known.interfaces = views;
              learnPlaces(placesOn(views));
            },
          ),
      },
      prober: {
        observe: (addresses) => {
          const began = timeline.now;
          return this.learn(
            'observe',
            () => fleet.observation(addresses),
            (observations) => {
              Object.assign(known, { observations, observedAt: began });
            },
          );
        },
      },
      plane: {
        addresses: (ids) =>
          this.learn(
            'addresses',
            (kind) => ec2.addresses(ids, this.asOf(kind)),
            (views) => {
              // What EC2 does not tell of was released.
              for (const id of ids) known.places.delete(id);
              learnPlaces(views);
            },
          ),
        associate: (move) => {
          const issued = checks.moves.checkIssue(this, move);
          return this.call('associate', () => {
            checks.moves.checkEffect(issued);
            this.world.tell(`${this.name} moves ${move.allocationId} to ${move.privateAddress}`);
            fleet.associateNow(move);
          });
        },
      },
      release: {
        disassociate: (associationId) =>
          this.call('disassociate', () => {
            checks.runs.checkRelease(this, associationId);
            fleet.disassociateNow(associationId);
          }),
      },
      announcer: {
        announce: (type, detail) => {
          checks.runs.checkNews(this, type, detail);
          return this.call('announce', () => undefined);
        },
      },
    };
  }

  private commit(before: Stored, state: TakeoverState): Promise<boolean> {
    const sentAt = this.world.timeline.now;
    return this.call('commit', () => {
      const { store, checks } = this.world;
      const previous = store.stored;
      if (!store.commitNow(before, state)) return false;
      this.written = { epoch: store.epoch, sentAt, moves: 0 };
      checks.runs.checkCommit(this, previous.state, state);
      return true;
    });
  }

  /** Everything that a read may tell is learnt when it is answered; an answer that comes after a later one is not. */
  private async learn<T>(call: Call, effect: (kind: Kind | undefined) => T, learn: (result: T) => void): Promise<T> {
    const number = this.calls + 1;
    const result = await this.call(call, effect);
    if (number > (this.learned.get(call) ?? 0)) {
      this.learned.set(call, number);
      learn(result);
    }
    return result;
  }

  private async sleep(milliseconds: number): Promise<void> {
    const stalls = this.world.trouble.of('sleep');
    const more = stalls ? this.world.random.between(0, 70_000) : 0;
    await this.within('sleep', milliseconds, milliseconds + 5 + more);
  }

  private async call<T>(call: Call, effect: (kind: Kind | undefined) => T): Promise<T> {
    const { world } = this;
    const { random, timeline } = world;
    this.calls++;
    world.steps++;
    const kind = world.trouble.of(call);
    if (kind) world.tell(`${this.name} ${call}: ${kind}`);
    if (kind === 'dies before') return never();
    if (kind === 'refused') {
      await this.within(`${call} refused`, 5, 300);
      throw new (random.percent(50) ? Refused : Error)(`${call} was refused`);
    }
    if (kind === 'late') {
      const after = random.between(100, 9000);
      void timeline.within(`${this.name} ${call} late`, after, random.between(after, EFFECT_MS)).then(() => effect(kind));
      await this.within(`${call} times out`, 100, after);
      throw new Error(`${call} timed out`);
    }
    const takes = kind === 'slow' ? random.between(2000, 9000) : 5;
    await this.within(`${call} arrives`, takes, random.between(takes, takes + (call === 'observe' ? 2000 : 800)), true);
    const result = effect(kind);
    if (kind === 'dies after') return never();
    const back = kind === 'stalls' ? random.between(5000, 120_000) : 1;
    await this.within(`${call} answers`, back, random.between(back, back + 400));
    if (kind === 'answer lost') throw new Error(`the answer to ${call} was lost`);
    return result;
  }

  /** Goes on within these bounds, if it still lives then. What was sent arrives all the same. */
  private async within(what: string, min: number, max: number, wasSent = false): Promise<void> {
    const { timeline, random } = this.world;
    if (timeline.now > this.endsAt) return never();
    await timeline.within(`${this.name} ${what}`, min, random.between(min, max));
    if (timeline.now > this.endsAt && !wasSent) return never();
  }

  private asOf(kind: Kind | undefined): number {
    const { timeline, random } = this.world;
    return timeline.now - (kind === 'stale' ? random.between(0, STALE_MS) : 0);
  }

  private withGap<T>(views: T[], kind: Kind | undefined): T[] {
    const hidden = kind === 'hides one' ? Math.floor(this.world.random.between(0, views.length)) : undefined;
    return views.filter((_, index) => index !== hidden);
  }
}

/** A run that died waits for ever. */
function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
