import { EC2Client, type Instance, paginateDescribeInstances } from '@aws-sdk/client-ec2';
import type { HostAddresses } from '../core/plan-instance-records';
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

/** Addresses of instances in EC2, public or private ones. */
export class InstanceAddresses implements HostView {
  constructor(
    private readonly client: EC2Client,
    private readonly isPrivate: boolean,
  ) {}

  async addresses(instanceIds: readonly string[]): Promise<ReadonlyMap<string, HostAddresses>> {
    const instances = await instancesOf(this.client, instanceIds);
    return new Map([...instances].map(([id, instance]) => [id, addressesOf(instance, this.isPrivate)]));
  }
}

/** An IPv6 address is the same for everybody. Emulators write an empty string for what is not there. */
function addressesOf(
  { PublicIpAddress, PrivateIpAddress, Placement, NetworkInterfaces = [] }: Instance,
  isPrivate: boolean,
): HostAddresses {
  const ipv4 = isPrivate ? PrivateIpAddress : PublicIpAddress;
  const [ipv6] = NetworkInterfaces.flatMap(({ Ipv6Addresses = [] }) => Ipv6Addresses.flatMap((each) => each.Ipv6Address || []));
  return { ...(ipv4 && { A: ipv4 }), ...(ipv6 !== undefined && { AAAA: ipv6 }), zone: Placement?.AvailabilityZone };
}

export function instanceAddresses(isPrivate: boolean): InstanceAddresses {
  return new InstanceAddresses(new EC2Client(CLIENT_OPTIONS), isPrivate);
}
