/** What must be true when all trouble is over. */
import type { Health } from '../../lib/private/takeover-contract';
import type { World } from './world';

/** From worst to best. */
const ORDER: readonly Health[] = ['dead', 'live', 'ready'];

export class RestChecks {
  constructor(private readonly world: World) {}

  /** Everything is where orders and health want it. */
  checkConverged(): void {
    const { fleet, ledger, checks, timeline, topology } = this.world;
    const { slots, allocations } = fleet;
    const isOn = (until: number | undefined) => until !== undefined && until > timeline.now;
    const taken = new Set([...allocations.values()].map((place) => place?.privateAddress));
    const rank = (address: string | undefined) => {
      const isOurs = slots.some(({ secondaryAddresses }) => secondaryAddresses.includes(address ?? ''));
      return address !== undefined && isOurs ? ORDER.indexOf(fleet.healthOf(address)) : -1;
    };
    const bestOf = (some: typeof slots) => {
      const free = some.flatMap(({ secondaryAddresses }) => secondaryAddresses).filter((address) => !taken.has(address));
      return Math.max(0, ...free.map(rank));
    };
    for (const { name, allocationId } of topology.virtualIps) {
      if (ledger.tombstones.has(name) || !allocations.has(allocationId) || isOn(ledger.frozen.get(name))) continue;
      const place = allocations.get(allocationId);
      const holder = this.world.holderOf(place)?.slot;
      const pin = ledger.pins.get(name);
      if (pin && !pin.once && isOn(pin.until)) {
        const best = bestOf(slots.filter(({ slot }) => slot === pin.slot));
        checks.demand('I3 a pinned address is on its slot', holder === pin.slot || best === 0, () => `${name} is on ${holder}`);
        continue;
      }
      const best = bestOf(slots.filter(({ slot }) => !isOn(ledger.evacuated.get(slot))));
      const now = rank(place?.privateAddress);
      const leaves = holder !== undefined && isOn(ledger.evacuated.get(holder));
      const well = best === 0 || (leaves ? now > best : now >= best);
      const where = () => `${name} is at ${place?.privateAddress}, a free place is ${ORDER[best]}`;
      checks.demand(leaves ? 'I3 a slot in maintenance is left' : 'I3 at no worse a place than a free one', well, where);
    }
    const places = [...allocations.values()].flatMap((place) => (place ? [place.privateAddress] : []));
    checks.demand('I1 one address at a place', new Set(places).size === places.length, () => places.join(', '));
  }

  /** What should come home is home: its slot has been ready for long enough, and nothing ordered otherwise. */
  checkHome(): void {
    const { fleet, ledger, checks, topology } = this.world;
    if (ledger.pins.size + ledger.frozen.size + ledger.evacuated.size > 0) return;
    const taken = new Set([...fleet.allocations.values()].map((place) => place?.privateAddress));
    for (const { name, home, allocationId, preemptAfterSeconds } of topology.virtualIps) {
      if (preemptAfterSeconds === undefined || ledger.tombstones.has(name) || !fleet.allocations.has(allocationId)) continue;
      const place = fleet.allocations.get(allocationId);
      const free = fleet.slot(home).secondaryAddresses.some((address) => {
        return fleet.healthOf(address) === 'ready' && !taken.has(address);
      });
      const isHome = this.world.holderOf(place)?.slot === home;
      checks.demand('I3 it comes home when asked for', isHome || !free, () => `${name} is at ${place?.privateAddress}`);
    }
  }

  checkFixedPoint(writes: number): void {
    this.world.checks.demand('I12 a fixed point without writes', writes === 0, () => `${writes} writes with nothing to do`);
  }
}
