import { EC2Client, type Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import type { PublicAddresses } from '../core/plan-instance-records';
import type { HostView } from '../instance-record-ports';
import { CLIENT_OPTIONS } from './client-options';

/** As many values as a filter of EC2 may have. Source: EC2 API reference, "DescribeInstances". */
const VALUES_AT_A_TIME = 200;

/** Instances by their ids; one that is gone is missing. */
export async function instancesOf(client: EC2Client, ids: readonly string[]): Promise<ReadonlyMap<string, Instance>> {
  const found = new Map<string, Instance>();
  for (let first = 0; first < ids.length; first += VALUES_AT_A_TIME) {
    // By filter: an id that does not exist any more would fail the call for all the others.
    const filters = { Filters: [{ Name: 'instance-id', Values: ids.slice(first, first + VALUES_AT_A_TIME) }] };
    for await (const { Reservations = [] } of paginateDescribeInstances({ client }, filters)) {
      for (const instance of Reservations.flatMap(({ Instances = [] }) => Instances)) {
        if (instance.InstanceId) found.set(instance.InstanceId, instance);
      }
    }
  }
  return found;
}

/** Public addresses of instances in EC2. */
export class InstanceAddresses implements HostView {
  constructor(private readonly client: EC2Client) {}

  async publicAddresses(instanceIds: readonly string[]): Promise<ReadonlyMap<string, PublicAddresses>> {
    const instances = await instancesOf(this.client, instanceIds);
    return new Map([...instances].map(([id, instance]) => [id, addressesOf(instance)]));
  }
}

/** An IPv6 address of EC2 is public. Emulators write an empty string for what is not there. */
function addressesOf({ PublicIpAddress, NetworkInterfaces = [] }: Instance): PublicAddresses {
  const [ipv6] = NetworkInterfaces.flatMap(({ Ipv6Addresses = [] }) => Ipv6Addresses.flatMap((each) => each.Ipv6Address || []));
  return { ...(PublicIpAddress && { A: PublicIpAddress }), ...(ipv6 !== undefined && { AAAA: ipv6 }) };
}

export function instanceAddresses(): InstanceAddresses {
  return new InstanceAddresses(new EC2Client(CLIENT_OPTIONS));
}
