import { setTimeout as wait } from 'node:timers/promises';
import {
  AssociateAddressCommand,
  DescribeAddressesCommand,
  EC2Client,
  EC2ServiceException,
  paginateDescribeNetworkInterfaces,
} from '@aws-sdk/client-ec2';
import { type AddressPlane, type AddressView, type FleetView, type InterfaceView, Refused } from '../ports';
import { CLIENT_OPTIONS } from './client-options';

/** Tries of an AssociateAddress that EC2 answers with an error of its own. */
const ATTEMPTS = 3;
const PAUSE_MS = 200;

/**
 * Elastic IPs and network interfaces in EC2.
 *
 * Both are asked for with filters, not ids: a released address or a deleted interface is then missing from the answer, where an
 * id that does not exist would fail the call for all the others.
 */
export class Ec2Addresses implements FleetView, AddressPlane {
  /** @param writer repeats no call by itself: one that was not answered may still be on its way */
  constructor(
    private readonly client: EC2Client,
    private readonly writer: EC2Client,
  ) {}

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
    const { allocationId: AllocationId, interfaceId: NetworkInterfaceId, privateAddress: PrivateIpAddress } = move;
    for (let attempt = 1; ; attempt++) {
      const call = new AssociateAddressCommand({ AllocationId, NetworkInterfaceId, PrivateIpAddress, AllowReassociation: true });
      try {
        await this.writer.send(call);
        return;
      } catch (error) {
        // One that was not answered may still be on its way.
        if (!(error instanceof EC2ServiceException)) throw error;
        // Nor is anything certain of a call after one that EC2 did not get done.
        const isRefused = attempt === 1 && !isOwnFault(error);
        if (isRefused) throw Object.assign(new Refused(error.message, { cause: error }), { name: error.name });
        if (attempt === ATTEMPTS || !isOwnFault(error)) throw error;
        await wait(PAUSE_MS);
      }
    }
  }
}

/** True when EC2 answered that something is wrong with itself; to a throttle, only waiting helps. */
function isOwnFault({ $metadata, name }: EC2ServiceException): boolean {
  return ($metadata.httpStatusCode ?? 0) >= 500 && name !== 'RequestLimitExceeded';
}

/** The adapter with clients of its own, which share their connections: one that looked is warm for one that moves. */
export function ec2Addresses(): Ec2Addresses {
  const client = new EC2Client(CLIENT_OPTIONS);
  const { requestHandler } = client.config;
  return new Ec2Addresses(client, new EC2Client({ ...CLIENT_OPTIONS, requestHandler, maxAttempts: 1 }));
}
