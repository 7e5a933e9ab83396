import type { FleetTopology, Health } from '../../lib/private/takeover-contract';
import type {
  AddressPlane,
  AddressRelease,
  AddressView,
  FleetView,
  InterfaceView,
  Observation,
  Prober,
  SecondaryAddress,
} from '../../runtime/ports';

export interface FakeSlot {
  readonly slot: string;
  readonly zone: string;
  readonly interfaceId: string;
  readonly secondaryAddresses: string[];
  instanceId?: string;
  /** What an observer sees who is not blind. */
  health: Health;
  /** Addresses that fare worse than the slot, for instance because its host does not own them yet. */
  readonly worse: Map<string, Health>;
}

export interface FakePlace {
  readonly interfaceId: string;
  readonly privateAddress: string;
  readonly associationId: string;
}

export interface FleetSize {
  readonly slots: number;
  readonly virtualIps: number;
  /** @default as many as slots */
  readonly zones?: number;
  /** @default nothing goes home by itself */
  readonly preemptAfterSeconds?: number;
}

/** A fleet as EC2 and the observers know it, changed by calls and by tests. */
export class FakeFleet implements FleetView, AddressPlane, AddressRelease, Prober {
  readonly slots: FakeSlot[];
  readonly allocations = new Map<string, FakePlace | undefined>();
  readonly topology: FleetTopology;
  /** Observers by zone: `blind` ones see nothing and say so, `missing` ones do not answer. */
  readonly observers = new Map<string, 'fine' | 'blind' | 'missing'>();
  /** Calls that change something, in order. */
  readonly writes: string[] = [];
  private associations = 0;

  constructor(size: FleetSize) {
    const zones = size.zones ?? size.slots;
    this.slots = Array.from({ length: size.slots }, (_, index) => ({
      slot: String(index + 1),
      zone: `zone-${(index % zones) + 1}`,
      interfaceId: `eni-${index + 1}`,
      // Beyond nine, so that numeric order differs from alphabetical order.
      secondaryAddresses: Array.from({ length: size.virtualIps }, (__, place) => `10.0.${index + 1}.${9 + place}`).reverse(),
      instanceId: `i-${index + 1}`,
      health: 'ready',
      worse: new Map(),
    }));
    for (const { zone } of this.slots) this.observers.set(zone, 'fine');
    const virtualIps = Array.from({ length: size.virtualIps }, (_, index) => {
      const home = String((index % size.slots) + 1);
      return {
        name: `Vip${index + 1}`,
        allocationId: `eipalloc-${index + 1}`,
        home,
        preemptAfterSeconds: size.preemptAfterSeconds,
      };
    });
    for (const { allocationId } of virtualIps) this.allocations.set(allocationId, undefined);
    this.topology = {
      fleet: 'Edge',
      slots: this.slots.map(({ slot, zone, interfaceId }) => ({ slot, zone, interfaceId })),
      virtualIps,
      probes: [...this.observers.keys()].map((zone) => ({ zone, functionName: `probe-${zone}` })),
    };
  }

  slot(slot: string): FakeSlot {
    const found = this.slots.find((candidate) => candidate.slot === slot);
    if (!found) throw new Error(`no slot ${slot}`);
    return found;
  }

  /** Puts a virtual IP somewhere, as an operator would; without a place it is nowhere. */
  put(virtualIp: string, place?: { readonly interfaceId: string; readonly privateAddress: string }): void {
    this.allocations.set(this.allocationOf(virtualIp), place && { ...place, associationId: `eipassoc-${++this.associations}` });
  }

  /** Puts a virtual IP on a slot's lowest address that is free. */
  putOn(virtualIp: string, slot: string): void {
    const { interfaceId, secondaryAddresses } = this.slot(slot);
    const taken = [...this.allocations.values()].map((place) => place?.privateAddress);
    const privateAddress = [...secondaryAddresses].reverse().find((address) => !taken.includes(address));
    if (privateAddress === undefined) throw new Error(`slot ${slot} is full`);
    this.put(virtualIp, { interfaceId, privateAddress });
  }

  /** The slot that has a virtual IP; undefined when no slot of this fleet has it. */
  holderOf(virtualIp: string): string | undefined {
    const place = this.allocations.get(this.allocationOf(virtualIp));
    return this.slots.find(({ interfaceId }) => interfaceId === place?.interfaceId)?.slot;
  }

  allocationOf(virtualIp: string): string {
    const found = this.topology.virtualIps.find(({ name }) => name === virtualIp);
    if (!found) throw new Error(`no virtual IP ${virtualIp}`);
    return found.allocationId;
  }

  async interfaces(interfaceIds: string[]): Promise<InterfaceView[]> {
    const found = this.slots.filter(({ interfaceId }) => interfaceIds.includes(interfaceId));
    return found.map(({ interfaceId, instanceId, secondaryAddresses }) => ({
      interfaceId,
      instanceId,
      secondaryAddresses: secondaryAddresses.map((privateAddress) => secondaryOf(privateAddress, this.allocations)),
    }));
  }

  async addresses(allocationIds: string[]): Promise<AddressView[]> {
    const found = allocationIds.filter((allocationId) => this.allocations.has(allocationId));
    return found.map((allocationId) => viewOf(allocationId, this.allocations.get(allocationId)));
  }

  async associate(move: { allocationId: string; interfaceId: string; privateAddress: string }): Promise<void> {
    const { allocationId, interfaceId, privateAddress } = move;
    this.writes.push(`associate ${allocationId} ${privateAddress}`);
    for (const [other, place] of this.allocations) {
      if (place?.privateAddress === privateAddress) this.allocations.set(other, undefined);
    }
    this.allocations.set(allocationId, { interfaceId, privateAddress, associationId: `eipassoc-${++this.associations}` });
  }

  async disassociate(associationId: string): Promise<void> {
    this.writes.push(`disassociate ${associationId}`);
    for (const [allocationId, place] of this.allocations) {
      if (place?.associationId === associationId) this.allocations.set(allocationId, undefined);
    }
  }

  async observe(addresses: string[]): Promise<Observation[]> {
    const answering = [...this.observers].filter(([, sight]) => sight !== 'missing');
    return answering.map(([zone, sight]) => ({
      zone,
      health: Object.fromEntries(addresses.map((address) => [address, sight === 'blind' ? 'dead' : this.healthOf(address)])),
    }));
  }

  /** What is true of an address, whoever looks. */
  healthOf(address: string): Health {
    const slot = this.slots.find(({ secondaryAddresses }) => secondaryAddresses.includes(address));
    if (slot?.instanceId === undefined) return 'dead';
    const both = [slot.health, slot.worse.get(address) ?? 'ready'];
    return (['dead', 'live'] as const).find((health) => both.includes(health)) ?? 'ready';
  }
}

/** How EC2 shows a secondary address and what is on it. */
export function secondaryOf(privateAddress: string, allocations: ReadonlyMap<string, FakePlace | undefined>): SecondaryAddress {
  for (const [allocationId, place] of allocations) {
    if (place?.privateAddress !== privateAddress) continue;
    return { privateAddress, allocationId, associationId: place.associationId, publicIp: publicIpOf(allocationId) };
  }
  return { privateAddress };
}

/** How EC2 shows an address at a place. */
export function viewOf(allocationId: string, place: FakePlace | undefined): AddressView {
  return { allocationId, publicIp: publicIpOf(allocationId), ...place };
}

function publicIpOf(allocationId: string): string {
  return `198.51.100.${allocationId.split('-')[1]}`;
}
