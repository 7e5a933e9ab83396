/** The address 127.100.0.<n> in place of each virtual IP's Elastic IP, which only a deploy knows. */
import { VIRTUAL_IP_RESOURCE_TYPE } from '../../lib/private/takeover-contract';
import { evaluate, referenceOf } from './evaluate';
import type { Template } from './load-template';
import { resourcesOf } from './resources';

export interface VirtualIpAddresses {
  /** Address by whatever may refer to it: 'Logical' for Ref, 'Logical.Attribute' for GetAtt. */
  readonly standIns: ReadonlyMap<string, string>;
  /** Name of the virtual IP within its stack, by address. */
  readonly names: ReadonlyMap<string, string>;
}

export function virtualIpAddresses(template: Template): VirtualIpAddresses {
  const standIns = new Map<string, string>();
  const names = new Map<string, string>();
  resourcesOf(template, VIRTUAL_IP_RESOURCE_TYPE).forEach(([holder, { Properties }], index) => {
    const address = `127.100.0.${index + 1}`;
    const elasticIp = referenceOf(Properties?.AllocationId);
    standIns.set(`${holder}.IpAddress`, address);
    if (elasticIp !== undefined) standIns.set(elasticIp, address).set(`${elasticIp}.PublicIp`, address);
    names.set(address, String(evaluate(Properties?.Name, template, standIns)));
  });
  return { standIns, names };
}
