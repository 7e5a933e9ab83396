import type * as route53 from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { AddressBranch } from './address-branch';
import type { IAddressSource } from './address-source';
import { AliasBranch } from './alias-branch';
import type { FailoverAddressesOptions, FailoverAliasOptions, FailoverIpAddressesOptions } from './failover-branch-options';
import type { BoundBranch, Branch, BranchContext } from './failover-record';
import { IpAddressBranch } from './ip-address-branch';

/**
 * Where one side of a `FailoverEndpoint` leads.
 *
 * @example
 * declare const zone: route53.IHostedZone;
 * declare const fleet: ProxyFleet;
 * declare const elsewhere: IAddressSource;
 * new FailoverEndpoint(this, 'Shop', {
 *   zone,
 *   recordName: 'shop',
 *   primary: FailoverBranch.addresses(fleet, { minHealthy: 2 }),
 *   secondary: FailoverBranch.addresses(elsewhere),
 * });
 */
export class FailoverBranch {
  /**
   * The addresses of a fleet, a virtual IP or a pool: one record and one health check each under a name of the branch's own
   * (`primary.shop.example.com`), behind an alias that is healthy while one of them is, or `minHealthy` of them.
   *
   * @param source what has the addresses
   * @param options how they are judged
   */
  public static addresses(source: IAddressSource, options: FailoverAddressesOptions = {}): FailoverBranch {
    return new FailoverBranch(new AddressBranch(source, options));
  }

  /**
   * Fixed public addresses, such as those that a fleet in another Region has published.
   *
   * With a health check, one address is a record of its own, and several are a group as `addresses()` makes it. Without one, all
   * addresses are one record that always counts as healthy, which only a secondary may do.
   *
   * @param ipAddresses IPv4 addresses; references are welcome, a list whose length is unknown at synth is not
   * @param options how they are judged
   */
  public static ipAddresses(ipAddresses: string[], options: FailoverIpAddressesOptions = {}): FailoverBranch {
    return new FailoverBranch(new IpAddressBranch(ipAddresses, options));
  }

  /**
   * Whatever Route 53 can alias to: a load balancer, another A record of the same zone, an S3 website (whose bucket must be called
   * like the name), a CloudFront distribution. Route 53 evaluates the target's health.
   *
   * It cannot evaluate a CloudFront distribution, which is therefore a secondary only; the distribution must list the name among its
   * own, and the zone must be public.
   *
   * @param target a target of `aws-cdk-lib/aws-route53-targets`, or one of your own
   * @param options what else must be healthy
   */
  public static alias(target: route53.IAliasRecordTarget, options: FailoverAliasOptions = {}): FailoverBranch {
    return new FailoverBranch(new AliasBranch(target, options));
  }

  private constructor(private readonly branch: Branch) {}

  /**
   * Writes the records of the branch.
   *
   * @internal
   */
  public _bind(scope: Construct, context: BranchContext): BoundBranch {
    return this.branch.bind(scope, context);
  }
}
