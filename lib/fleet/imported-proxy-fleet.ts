import { Construct } from 'constructs';
import type { AddressBindOptions, AddressSourceConfig } from '../dns/address-source';
import { fail } from '../private/validate';
import type { IProxyFleet, ProxyFleetAttributes } from './proxy-fleet-props';

/** A fleet of another stack, account or Region: a source of addresses and nothing else. */
export class ImportedProxyFleet extends Construct implements IProxyFleet {
  private readonly ipAddresses: string[];

  constructor(scope: Construct, id: string, attrs: ProxyFleetAttributes) {
    super(scope, id);
    if (attrs.ipAddresses.length === 0)
      fail(this, 'ipAddresses must hold at least 1 address, got 0: give the addresses of the fleet');
    this.ipAddresses = [...attrs.ipAddresses];
  }

  public bindAddresses(_scope: Construct, _options: AddressBindOptions): AddressSourceConfig {
    return {
      addresses: this.ipAddresses.map((ipAddress, index) => ({ setIdentifier: `${this.node.id}-slot-${index + 1}`, ipAddress })),
    };
  }
}
