/**
 * EC2's view of interfaces and Elastic IPs, in memory, with the one delay that matters: traffic follows an association only after a
 * random part of the assumed address move (rule S23).
 */
import type { AddressPlane, AddressView, Clock, FleetView, InterfaceView, SecondaryAddress } from '../../runtime/ports';
import type { FleetModel, TakeoverModel } from '../template/model';

export interface AddressMove {
  readonly allocationId: string;
  readonly interfaceId: string;
  readonly privateAddress: string;
}

export class Ec2Plane implements AddressPlane, FleetView {
  private readonly associations = new Map<string, AddressMove & { associationId: string }>();
  private count = 0;

  /**
   * @param onTraffic called when traffic begins to follow a move
   */
  constructor(
    private readonly fleet: FleetModel,
    private readonly takeover: TakeoverModel,
    private readonly clock: Clock,
    private readonly delaySeconds: () => number,
    private readonly onTraffic: (move: AddressMove) => void,
  ) {}

  async interfaces(interfaceIds: string[]): Promise<InterfaceView[]> {
    return this.fleet.slots
      .filter((slot) => interfaceIds.includes(slot.interfaceId))
      .map(({ interfaceId, slot, secondaryAddresses }) => ({
        interfaceId,
        instanceId: `i-slot-${slot}`,
        secondaryAddresses: secondaryAddresses.map((privateAddress) => this.secondary(privateAddress)),
      }));
  }

  async addresses(allocationIds: string[]): Promise<AddressView[]> {
    return allocationIds.map((allocationId) => {
      const association = this.associations.get(allocationId);
      return { publicIp: this.takeover.addresses.get(allocationId) ?? '', ...(association ?? { allocationId }) };
    });
  }

  private secondary(privateAddress: string): SecondaryAddress {
    const on = [...this.associations.values()].find((association) => association.privateAddress === privateAddress);
    if (!on) return { privateAddress };
    const { allocationId, associationId } = on;
    return { privateAddress, allocationId, associationId, publicIp: this.takeover.addresses.get(allocationId) };
  }

  async associate(move: AddressMove): Promise<void> {
    this.associations.set(move.allocationId, { ...move, associationId: `eipassoc-${++this.count}` });
    void this.clock.sleep(this.delaySeconds() * 1000).then(() => {
      const current = this.associations.get(move.allocationId);
      if (current?.privateAddress === move.privateAddress) this.onTraffic(move);
    });
  }
}
