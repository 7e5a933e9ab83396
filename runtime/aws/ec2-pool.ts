import { AssociateAddressCommand, DescribeAddressesCommand, EC2Client, EC2ServiceException } from '@aws-sdk/client-ec2';
import type { PoolTopology } from '../../lib/private/pool-contract';
import type { PoolAddress, PoolClaim } from '../core/plan-pool';
import { type AddressPool, Refused } from '../ports';
import { CLIENT_OPTIONS } from './client-options';

/** The pool's Elastic IPs in EC2. A call that was not answered may be repeated: the second time the address is taken, by the same instance. */
export class Ec2Pool implements AddressPool {
  constructor(private readonly client: EC2Client) {}

  async poolAddresses({ tag, allocationIds }: Pick<PoolTopology, 'tag' | 'allocationIds'>): Promise<PoolAddress[]> {
    const filters = { Filters: [{ Name: `tag:${tag.key}`, Values: [tag.value] }] };
    const { Addresses = [] } = await this.client.send(new DescribeAddressesCommand(filters));
    return Addresses.map(({ AllocationId = '', AssociationId, InstanceId }) => ({
      allocationId: AllocationId,
      place: allocationIds.includes(AllocationId) ? allocationIds.indexOf(AllocationId) : undefined,
      // Emulators write an empty string for what is not there.
      associationId: AssociationId || undefined,
      instanceId: InstanceId || undefined,
    }));
  }

  async claim({ allocationId: AllocationId, instanceId: InstanceId }: PoolClaim): Promise<void> {
    try {
      await this.client.send(new AssociateAddressCommand({ AllocationId, InstanceId, AllowReassociation: false }));
    } catch (error) {
      const isTaken = error instanceof EC2ServiceException && error.name === 'Resource.AlreadyAssociated';
      throw isTaken ? new Refused(error.message, { cause: error }) : error;
    }
  }
}

export function ec2Pool(): Ec2Pool {
  return new Ec2Pool(new EC2Client(CLIENT_OPTIONS));
}
