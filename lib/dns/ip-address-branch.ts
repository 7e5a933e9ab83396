import { Annotations, Token } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { fail, isIpv4, isPublicIpv4 } from '../private/validate';
import type { PublishedAddress } from './address-source';
import type { FailoverIpAddressesOptions } from './failover-branch-options';
import { type BoundBranch, type Branch, type BranchContext, writeFailoverRecord } from './failover-record';
import type { ProxyHealthCheck } from './proxy-health-check';
import { addressTarget, checkAddress, validateAddresses } from './published-records';
import { bindGroup } from './record-group';
import { isKnownPrivate } from './zone-kind';

/** The branch of fixed addresses. */
export class IpAddressBranch implements Branch {
  constructor(
    private readonly ipAddresses: string[],
    private readonly options: FailoverIpAddressesOptions,
  ) {}

  public bind(scope: Construct, context: BranchContext): BoundBranch {
    if (Token.isUnresolved(this.ipAddresses)) {
      fail(scope, 'ipAddresses must be a list of known length, got a token: every address has a record of its own');
    }
    const addresses = this.ipAddresses.map((ipAddress, index) => {
      return { name: `address-${index + 1}`, setIdentifier: `address-${index + 1}`, ipAddress };
    });
    const { healthCheck } = this.options;
    if (healthCheck === undefined) return this.bindUnchecked(scope, context, addresses);
    const [first, second] = addresses;
    if (first === undefined || second !== undefined) return bindGroup(scope, context, { addresses }, { healthCheck });
    return this.bindOne(scope, context, first, healthCheck);
  }

  private bindOne(scope: Construct, context: BranchContext, address: PublishedAddress, check: ProxyHealthCheck): BoundBranch {
    check._validate(scope);
    const { name, ipAddress } = address;
    const publish = () => {
      const healthCheck = checkAddress(new Construct(scope, name), check, ipAddress, route53.RecordType.A);
      writeFailoverRecord(scope, context, { recordType: route53.RecordType.A, target: addressTarget(ipAddress), healthCheck });
    };
    return { ipAddresses: [ipAddress], healthCheck: check, recordTypes: [route53.RecordType.A], publish };
  }

  private bindUnchecked(scope: Construct, context: BranchContext, addresses: PublishedAddress[]): BoundBranch {
    const { ipAddresses } = this;
    if (context.role === route53.Failover.PRIMARY) {
      fail(scope, 'a primary needs a health check, got ipAddresses() without one: give healthCheck');
    }
    validateAddresses(scope, addresses);
    for (const address of ipAddresses) {
      if (Token.isUnresolved(address)) continue;
      if (!isIpv4(address))
        fail(scope, `address must be IPv4, got '${address}': give four numbers from 0 to 255 without leading zeros`);
      if (isPublicIpv4(address) || isKnownPrivate(context.zone)) continue;
      Annotations.of(scope).addWarningV2(
        'cdk-proxy-fleet:privateAddress',
        `${address} is reached from inside its own network only: publish a public address, or use a private zone`,
      );
    }
    const publish = () => {
      writeFailoverRecord(scope, context, { recordType: route53.RecordType.A, target: addressTarget(...ipAddresses) });
    };
    return { ipAddresses, recordTypes: [route53.RecordType.A], publish };
  }
}
