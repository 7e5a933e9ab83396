import type { AddressView, InterfaceView } from '../../runtime/ports';
import { type FakeFleet, type FakePlace, secondaryOf, viewOf } from '../runtime/fake-fleet';

interface Moment {
  readonly since: number;
  readonly places: ReadonlyMap<string, FakePlace | undefined>;
  readonly instances: readonly (string | undefined)[];
}

/** What EC2 showed lately, for answers that are a little stale. */
export class Ec2Memory {
  private moments: Moment[] = [];

  constructor(
    private readonly fleet: FakeFleet,
    private readonly memoryMs: number,
  ) {}

  /** To be called after every change. */
  note(now: number): void {
    const places = this.fleet.allocations;
    const instances = this.fleet.slots.map(({ instanceId }) => instanceId);
    const last = this.moments.at(-1);
    if (last && isSame(last, { since: now, places, instances })) return;
    const old = this.moments.findLastIndex(({ since }) => since <= now - this.memoryMs);
    this.moments = [...this.moments.slice(Math.max(0, old)), { since: now, places: new Map(places), instances }];
  }

  addresses(ids: readonly string[], time: number): AddressView[] {
    const { places } = this.asOf(time);
    return ids.filter((id) => places.has(id)).map((id) => viewOf(id, places.get(id)));
  }

  interfaces(ids: readonly string[], time: number): InterfaceView[] {
    const { places, instances } = this.asOf(time);
    return this.fleet.slots.flatMap(({ interfaceId, secondaryAddresses }, index) => {
      if (!ids.includes(interfaceId)) return [];
      const addresses = secondaryAddresses.map((privateAddress) => secondaryOf(privateAddress, places));
      return [{ interfaceId, instanceId: instances[index], secondaryAddresses: addresses }];
    });
  }

  private asOf(time: number): Moment {
    return this.moments.findLast(({ since }) => since <= time) ?? (this.moments[0] as Moment);
  }
}

function isSame(a: Moment, b: Moment): boolean {
  if (a.places.size !== b.places.size) return false;
  for (const [id, place] of a.places) if (b.places.get(id) !== place) return false;
  return a.instances.every((instance, index) => instance === b.instances[index]);
}
