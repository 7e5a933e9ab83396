import type { AddressView, InterfaceView, Lease, LifecyclePorts, Observation, TakeoverState } from '../../runtime/ports';
import { viewOf } from './fake-fleet';
import type { Simulation } from './simulation';

/** Stale answers are at most this old. The use case reads back for longer. */
const STALE_MS = 1500;

/** What went wrong with one call; `none` most of the time. */
type Trouble = 'none' | 'refused' | 'answer lost' | 'stalls' | 'dies';

/** What a run was last told, which is all that it may act upon. */
export interface Knowledge {
  interfaces: InterfaceView[];
  observations: Observation[];
  observedAt: number;
  readonly places: Map<string, AddressView>;
}

/** The ports of one run, with the trouble of its own. */
export class SimulatedRun {
  readonly known: Knowledge = { interfaces: [], observations: [], observedAt: 0, places: new Map() };
  epoch = 0;
  /** When the latest move was written down. */
  savedAt = 0;
  readonly ports: LifecyclePorts;
  private reads = 0;
  /** The latest read of each kind that was answered. */
  private readonly learned = new Map<string, number>();

  constructor(
    private readonly simulation: Simulation,
    readonly name: string,
  ) {
    const { fleet, store, time } = simulation;
    this.ports = {
      clock: time,
      log: { write: (entry) => simulation.tell(`${name} ${JSON.stringify(entry)}`) },
      view: {
        interfaces: (ids) =>
          this.read(
            'interfaces',
            () => this.interfaces(ids),
            (views) => {
              this.known.interfaces = views;
            },
          ),
      },
      prober: {
        observe: (addresses) => {
          const began = time.now();
          return this.read(
            'probe',
            () => fleet.observe(addresses),
            (observations) => {
              this.known.observations = observations;
              this.known.observedAt = began;
            },
          );
        },
      },
      plane: {
        addresses: (ids) =>
          this.read(
            'addresses',
            () => this.addresses(ids),
            (views) => {
              for (const view of views) this.known.places.set(view.allocationId, view);
            },
          ),
        associate: (move) =>
          this.call('associate', this.trouble(['refused', 'answer lost', 'dies']), 2000, () => {
            simulation.invariants.checkMove(this, move);
            simulation.tell(`${name} moves ${move.allocationId} to ${move.privateAddress}`);
            return fleet.associate(move);
          }),
      },
      release: {
        disassociate: (associationId) => {
          simulation.invariants.checkDisassociation(this);
          return fleet.disassociate(associationId);
        },
      },
      store: {
        acquire: (owner, now) => this.call('acquire', this.trouble(), 100, () => this.acquire(owner, now)),
        save: (lease, state, now) =>
          this.call('save', this.trouble(['refused', 'answer lost', 'dies']), 2000, () => this.save(lease, state, now)),
        release: (lease) => this.call('release', this.trouble(), 100, () => store.release(lease)),
      },
    };
  }

  private async acquire(owner: string, now: number): Promise<Lease | undefined> {
    const lease = await this.simulation.store.acquire(owner, now);
    if (lease) this.epoch = lease.epoch;
    return lease;
  }

  private async save(lease: Lease, state: TakeoverState, now: number): Promise<boolean> {
    const saved = await this.simulation.store.save(lease, state, now);
    if (saved) this.savedAt = now;
    return saved;
  }

  /** EC2 may not show one of the interfaces. */
  private async interfaces(ids: string[]): Promise<InterfaceView[]> {
    const { fleet, random, trouble } = this.simulation;
    const views = await fleet.interfaces(ids);
    const hidden = random.percent(trouble) ? Math.floor(random.between(0, views.length)) : undefined;
    return views.filter((_, index) => index !== hidden);
  }

  /** EC2 may answer with what it knew a while ago. */
  private async addresses(ids: string[]): Promise<AddressView[]> {
    const { places, random, trouble, time } = this.simulation;
    const asOf = time.now() - (random.percent(trouble) ? random.between(0, STALE_MS) : 0);
    return ids.map((id) => viewOf(id, places.asOf(id, asOf)));
  }

  private async read<T>(what: string, effect: () => Promise<T>, learn: (result: T) => void): Promise<T> {
    const read = ++this.reads;
    const result = await this.call(what, this.trouble(['refused', 'stalls', 'dies']), what === 'probe' ? 4000 : 300, effect);
    // The answer to a look that was given up may come after that of the next one, and nobody sees it.
    if (read > (this.learned.get(what) ?? 0)) {
      this.learned.set(what, read);
      learn(result);
    }
    return result;
  }

  private async call<T>(what: string, trouble: Trouble, maxMs: number, effect: () => Promise<T>): Promise<T> {
    const { time, random } = this.simulation;
    if (trouble !== 'none') this.simulation.tell(`${this.name} ${what}: ${trouble}`);
    await time.sleep(random.between(0, maxMs / 2));
    if (trouble === 'refused') throw new Error(`${what} was refused`);
    if (trouble === 'dies' && random.percent(50)) return never();
    const result = await effect();
    await time.sleep(random.between(0, maxMs / 2) + (trouble === 'stalls' ? random.between(10_000, 120_000) : 0));
    if (trouble === 'dies') return never();
    if (trouble === 'answer lost') throw new Error(`the answer to ${what} was lost`);
    return result;
  }

  private trouble(kinds: Trouble[] = ['refused', 'answer lost', 'stalls', 'dies']): Trouble {
    const { random, trouble } = this.simulation;
    if (!random.percent(trouble)) return 'none';
    return kinds[Math.floor(random.next() * kinds.length)] ?? 'none';
  }
}

/** A run that died waits for ever. */
function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
