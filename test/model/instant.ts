import type { Observation, Stored, TakeoverState } from '../../runtime/ports';
import { CountingStore } from '../runtime/counting-store';
import { FakeFleet } from '../runtime/fake-fleet';

/** The fleet with calls that have their effect at one moment, which the caller chooses. */
export class InstantFleet extends FakeFleet {
  associateNow(move: Parameters<FakeFleet['associate']>[0]): void {
    void this.associate(move);
  }

  disassociateNow(associationId: string): void {
    void this.disassociate(associationId);
  }

  observation(addresses: string[]): Observation[] {
    const answering = [...this.observers].filter(([, sight]) => sight !== 'missing');
    return answering.map(([zone, sight]) => ({
      zone,
      health: Object.fromEntries(
        addresses.map((address) => [address, sight === 'blind' ? ('dead' as const) : this.healthOf(address)]),
      ),
    }));
  }
}

/** The table with a write that happens at one moment. */
export class InstantStore extends CountingStore {
  /** The conditional write, at one moment. */
  commitNow(before: Stored, state: TakeoverState): boolean {
    if (before.epoch !== this.stored.epoch) return false;
    // Nobody's later change of an object may be seen here.
    this.stored = { epoch: before.epoch + 1, state: JSON.parse(JSON.stringify(state)) as TakeoverState };
    this.commits++;
    return true;
  }
}
