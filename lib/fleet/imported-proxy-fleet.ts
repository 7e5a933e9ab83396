import { Token } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { AddressBindOptions, AddressSourceConfig } from '../dns/address-source';
import { setIdentifierOf } from '../dns/set-identifier';
import { fail } from '../private/validate';
import type { IProxyFleet, ProxyFleetAttributes } from './proxy-fleet-props';

/** A fleet of another stack, account or Region: a source of addresses and nothing else. */
export class ImportedProxyFleet extends Construct implements IProxyFleet {
  private readonly ipAddresses: string[];

  constructor(scope: Construct, id: string, attrs: ProxyFleetAttributes) {
    super(scope, id);
    if (Token.isUnresolved(attrs.ipAddresses)) {
      fail(this, 'ipAddresses must be a list of known length, got a token: every address has a record of its own');
    }
    if (attrs.ipAddresses.length === 0)
      fail(this, 'ipAddresses must hold at least 1 address, got 0: give the addresses of the fleet');
    this.ipAddresses = [...attrs.ipAddresses];
  }

  public bindAddresses(_scope: Construct, _options: AddressBindOptions): AddressSourceConfig {
    return {
      addresses: this.ipAddresses.map((ipAddress, index) => ({
        name: `${this.node.id}-slot-${index + 1}`,
        setIdentifier: setIdentifierOf(this, String(index + 1)),
        ipAddress,
      })),
    };
  }
}
