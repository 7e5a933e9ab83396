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

export interface Ec2PlaneOptions {
  readonly fleet: FleetModel;
  readonly takeover: TakeoverModel;
  readonly clock: Clock;
  /** How long traffic takes to follow this time. */
  readonly delaySeconds: () => number;
  /** AssociateAddress was called. */
  readonly onAssociate: (move: AddressMove) => void;
  /** Traffic begins to follow a move. */
  readonly onTraffic: (move: AddressMove) => void;
}

export class Ec2Plane implements AddressPlane, FleetView {
  private readonly associations = new Map<string, AddressMove & { associationId: string }>();
  private count = 0;

  constructor(private readonly options: Ec2PlaneOptions) {}

  /** A host that died stays attached: when EC2 and the auto scaling group notice is not published, so nothing may rely on it. */
  async interfaces(interfaceIds: string[]): Promise<InterfaceView[]> {
    return this.options.fleet.slots
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
      return { publicIp: this.options.takeover.addresses.get(allocationId) ?? '', ...(association ?? { allocationId }) };
    });
  }

  private secondary(privateAddress: string): SecondaryAddress {
    const on = [...this.associations.values()].find((association) => association.privateAddress === privateAddress);
    if (!on) return { privateAddress };
    const { allocationId, associationId } = on;
    return { privateAddress, allocationId, associationId, publicIp: this.options.takeover.addresses.get(allocationId) };
  }

  async associate(move: AddressMove): Promise<void> {
    const { clock, delaySeconds, onAssociate, onTraffic } = this.options;
    const associationId = `eipassoc-${++this.count}`;
    this.associations.set(move.allocationId, { ...move, associationId });
    onAssociate(move);
    void clock.sleep(delaySeconds() * 1000).then(() => {
      if (this.associations.get(move.allocationId)?.associationId === associationId) onTraffic(move);
    });
  }
}
