import { Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { TargetsConfig } from '../engine/engine-config';
import { fail, isIpv4 } from '../private/validate';

/** Whatever ends in a number is read as an address, or refused as a bad one. */
const ENDS_IN_NUMBER = /(^|\.)\d+$/;

const HOST_NAME = /^(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/**
 * Where a listener sends its traffic.
 *
 * @example
 * declare const fleet: ProxyFleet;
 * fleet.addListener('Http', { port: 80 })
 *   .addTargets('App', { targets: ProxyTargets.ipAddresses(['10.0.0.5', '10.0.1.5']), port: 8080 });
 */
export abstract class ProxyTargets {
  /**
   * Targets with fixed IPv4 addresses, which the proxies must be able to reach.
   *
   * @param addresses one address a target; references are welcome, a list whose length is unknown at synth is not
   */
  public static ipAddresses(addresses: string[]): ProxyTargets {
    return new AddressTargets(addresses);
  }

  /**
   * Targets behind a name, looked up with the VPC's resolver all the time: whatever A records it has at the moment (32 at most).
   * While the name cannot be looked up the last known targets stay.
   *
   * @param name fully qualified host name
   */
  public static dnsName(name: string): ProxyTargets {
    return new NameTargets(name);
  }

  protected constructor() {}

  /**
   * Checks the targets for a group and says what they are.
   *
   * @internal
   */
  public abstract _bind(scope: Construct): TargetsConfig;
}

class AddressTargets extends ProxyTargets {
  constructor(private readonly addresses: string[]) {
    super();
  }

  public _bind(scope: Construct): TargetsConfig {
    if (Token.isUnresolved(this.addresses)) {
      fail(scope, 'ipAddresses must be a list of known length, got a token: use ProxyTargets.dnsName() for targets that change');
    }
    if (this.addresses.length === 0) fail(scope, 'ipAddresses must hold at least 1 address, got 0: name a target');
    const known = this.addresses.filter((address) => !Token.isUnresolved(address));
    const bad = known.find((address) => !isIpv4(address));
    if (bad !== undefined) fail(scope, `a target's address must be IPv4, got '${bad}': use ProxyTargets.dnsName() for a name`);
    const twice = known.find((address, index) => known.indexOf(address) !== index);
    if (twice !== undefined) fail(scope, `a target must be named once, got '${twice}' twice: remove one`);
    return { kind: 'addresses', addresses: [...this.addresses] };
  }
}

class NameTargets extends ProxyTargets {
  constructor(private readonly name: string) {
    super();
  }

  public _bind(scope: Construct): TargetsConfig {
    if (!Token.isUnresolved(this.name) && (!HOST_NAME.test(this.name) || ENDS_IN_NUMBER.test(this.name))) {
      fail(scope, `dnsName must be a host name, got '${this.name}': use ProxyTargets.ipAddresses() for addresses`);
    }
    return { kind: 'name', name: this.name };
  }
}
