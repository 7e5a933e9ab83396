import {
  AssociateAddressCommand,
  DescribeAddressesCommand,
  EC2Client,
  EC2ServiceException,
  paginateDescribeNetworkInterfaces,
} from '@aws-sdk/client-ec2';
import { type AddressPlane, type AddressView, type FleetView, type InterfaceView, Refused } from '../ports';
import { CLIENT_OPTIONS } from './client-options';

/**
 * Elastic IPs and network interfaces in EC2.
 *
 * Both are asked for with filters, not ids: a released address or a deleted interface is then missing from the answer, where an
 * id that does not exist would fail the call for all the others.
 */
export class Ec2Addresses implements FleetView, AddressPlane {
  constructor(private readonly client: EC2Client) {}

  async interfaces(interfaceIds: string[]): Promise<InterfaceView[]> {
    const found: InterfaceView[] = [];
    const filters = { Filters: [{ Name: 'network-interface-id', Values: interfaceIds }] };
    for await (const { NetworkInterfaces } of paginateDescribeNetworkInterfaces({ client: this.client }, filters)) {
      for (const { NetworkInterfaceId, Attachment, PrivateIpAddresses } of NetworkInterfaces ?? []) {
        found.push({
          interfaceId: NetworkInterfaceId ?? '',
          instanceId: Attachment?.InstanceId || undefined,
          secondaryAddresses: (PrivateIpAddresses ?? []).flatMap(({ Primary, PrivateIpAddress, Association }) => {
            if (Primary || !PrivateIpAddress) return [];
            // Emulators write an empty string for what is not there.
            const allocationId = Association?.AllocationId || undefined;
            const associationId = Association?.AssociationId || undefined;
            const publicIp = Association?.PublicIp || undefined;
            return [{ privateAddress: PrivateIpAddress, allocationId, associationId, publicIp }];
          }),
        });
      }
    }
    return found;
  }

  async addresses(allocationIds: string[]): Promise<AddressView[]> {
    const filters = { Filters: [{ Name: 'allocation-id', Values: allocationIds }] };
    const { Addresses } = await this.client.send(new DescribeAddressesCommand(filters));
    return (Addresses ?? []).map((address) => ({
      allocationId: address.AllocationId ?? '',
      publicIp: address.PublicIp ?? '',
      associationId: address.AssociationId || undefined,
      interfaceId: address.NetworkInterfaceId || undefined,
      privateAddress: address.PrivateIpAddress || undefined,
    }));
  }

  async associate(move: { allocationId: string; interfaceId: string; privateAddress: string }): Promise<void> {
    try {
      await this.client.send(
        new AssociateAddressCommand({
          AllocationId: move.allocationId,
          NetworkInterfaceId: move.interfaceId,
          PrivateIpAddress: move.privateAddress,
          AllowReassociation: true,
        }),
      );
    } catch (error) {
      if (!isRefusal(error)) throw error;
      throw Object.assign(new Refused(error.message, { cause: error }), { name: error.name });
    }
  }
}

/** Of several tries, one may have timed out and still be on its way. */
function isRefusal(error: unknown): error is EC2ServiceException {
  return error instanceof EC2ServiceException && error.$fault === 'client' && error.$metadata.attempts === 1;
}

/** The adapter with a client of its own. */
export function ec2Addresses(): Ec2Addresses {
  return new Ec2Addresses(new EC2Client(CLIENT_OPTIONS));
}
