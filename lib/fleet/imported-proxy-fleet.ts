import { Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { AddressBindOptions, AddressSourceConfig } from '../dns/address-source';
import { setIdentifierOf } from '../dns/set-identifier';
import { fail } from '../private/validate';
import type { IProxyFleet, ProxyFleetAttributes } from './proxy-fleet-props';

/** A fleet of another stack, account or Region: a source of addresses and nothing else. */
export class ImportedProxyFleet extends Construct implements IProxyFleet {
  private readonly ipAddresses: string[];
  private readonly ipv6Addresses?: string[];

  constructor(scope: Construct, id: string, attrs: ProxyFleetAttributes) {
    super(scope, id);
    for (const name of ['ipAddresses', 'ipv6Addresses'] as const) {
      if (Token.isUnresolved(attrs[name]))
        fail(this, `${name} must be a list of known length, got a token: every address has a record of its own`);
    }
    if (attrs.ipAddresses.length === 0)
      fail(this, 'ipAddresses must hold at least 1 address, got 0: give the addresses of the fleet');
    const { ipAddresses, ipv6Addresses = ipAddresses } = attrs;
    if (ipv6Addresses.length !== ipAddresses.length) {
      fail(
        this,
        `ipv6Addresses must hold one address for each of ipAddresses, got ${ipv6Addresses.length} for ${ipAddresses.length}: ` +
          'give those of the same proxies in the same order',
      );
    }
    this.ipAddresses = [...ipAddresses];
    this.ipv6Addresses = attrs.ipv6Addresses && [...attrs.ipv6Addresses];
  }

  public bindAddresses(_scope: Construct, _options: AddressBindOptions): AddressSourceConfig {
    return {
      addresses: this.ipAddresses.map((ipAddress, index) => ({
        name: `${this.node.id}-slot-${index + 1}`,
        setIdentifier: setIdentifierOf(this, `slot-${index + 1}`),
        ipAddress,
        ipv6Address: this.ipv6Addresses?.[index],
      })),
    };
  }
}
