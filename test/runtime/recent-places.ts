import type { FakeFleet, FakePlace } from './fake-fleet';

interface Recent {
  readonly place: FakePlace | undefined;
  readonly before: FakePlace | undefined;
  readonly since: number;
}

/** Where each address is and was before, for answers that are a little stale. */
export class RecentPlaces {
  private readonly recent = new Map<string, Recent>();

  constructor(private readonly fleet: FakeFleet) {}

  /** To be called after every step. */
  note(now: number): void {
    for (const [allocationId, place] of this.fleet.allocations) {
      const last = this.recent.get(allocationId);
      if (!last || last.place !== place) this.recent.set(allocationId, { place, before: last?.place, since: now });
    }
  }

  asOf(allocationId: string, time: number): FakePlace | undefined {
    const recent = this.recent.get(allocationId);
    return recent && recent.since > time ? recent.before : this.fleet.allocations.get(allocationId);
  }
}
