import { Annotations, Duration } from 'aws-cdk-lib';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { fail } from '../private/validate';
import type { FailoverBranch } from './failover-branch';
import { FailoverBudget } from './failover-budget';
import { findRivals } from './name-rivals';
import { validateTtl } from './published-records';
import { fullName, requireWithin } from './record-name';

/** Properties of a FailoverEndpoint. */
export interface FailoverEndpointProps {
  /** The hosted zone that gets the records. */
  readonly zone: route53.IHostedZone;

  /**
   * Name of the records, relative to the zone or fully qualified.
   *
   * @default - the zone's own name
   */
  readonly recordName?: string;

  /** Where the name leads as long as this branch is healthy, and when neither is. */
  readonly primary: FailoverBranch;

  /** Where the name leads while the primary is not healthy. It must be ready for all traffic at any moment. */
  readonly secondary: FailoverBranch;

  /**
   * How long resolvers may keep an answer, of either branch. Part of the failover budget; synth warns above 60 s and below 10 s. An
   * alias to something outside the zone has the TTL of its target.
   *
   * @default Duration.seconds(60)
   */
  readonly ttl?: Duration;

  /**
   * Longest outage that clients of the name may suffer when the primary fails. Synth warns when the failover budget exceeds it, and
   * names what to change.
   *
   * @default - the failover budget is compared with nothing
   */
  readonly maxOutage?: Duration;
}

/**
 * One name, two branches: Route 53 answers with the primary while it is healthy, and with the secondary otherwise.
 *
 * A branch of addresses fails when too few of its health checks pass; single dead addresses are left out of its answers before. When
 * both branches have failed, Route 53 answers with the primary. Everything exists from the deploy on: a failover needs no API call,
 * neither of Route 53 nor of anything in a Region that may be down.
 *
 * The name leads over IPv6, too, if all addresses of both branches have an IPv6 address; each family is judged by itself.
 *
 * Gotchas: the way back is as automatic as the way there, so a primary that comes and goes takes its clients with it. The secondary
 * carries all traffic from the first minute on. A branch of several addresses has a name below this one (`primary.shop.example.com`),
 * which nothing else may use.
 *
 * Source: Route 53 developer guide, "How Amazon Route 53 chooses records when health checking is configured".
 *
 * @example
 * declare const zone: route53.IHostedZone;
 * declare const fleet: ProxyFleet;
 * new FailoverEndpoint(this, 'Shop', {
 *   zone,
 *   recordName: 'shop',
 *   primary: FailoverBranch.addresses(fleet),
 *   secondary: FailoverBranch.ipAddresses(['203.0.113.7'], { healthCheck: ProxyHealthCheck.http() }),
 * });
 */
export class FailoverEndpoint extends Construct {
  /** The fully qualified name, without a dot at the end. */
  public readonly domainName: string;

  /** The bound on a client's outage when the primary fails: until the secondary's addresses are in the client's answers. */
  public readonly failoverBudget: FailoverBudget;

  constructor(scope: Construct, id: string, props: FailoverEndpointProps) {
    super(scope, id);
    const { zone, ttl = Duration.seconds(60) } = props;
    validateTtl(this, ttl);
    this.domainName = fullName(props.recordName, zone.zoneName);
    requireWithin(this, this.domainName, zone.zoneName);
    const context = { zone, ttl, domainName: this.domainName };

    const primary = props.primary._bind(new Construct(this, 'Primary'), { ...context, role: route53.Failover.PRIMARY });
    const secondary = props.secondary._bind(new Construct(this, 'Secondary'), { ...context, role: route53.Failover.SECONDARY });
    const shared = secondary.ipAddresses.find((address) => primary.ipAddresses.includes(address));
    if (shared !== undefined) {
      fail(this, `secondary must lead elsewhere than primary, got '${shared}' in both: it fails together with the primary`);
    }
    const recordTypes = primary.recordTypes.filter((recordType) => secondary.recordTypes.includes(recordType));
    if (primary.recordTypes.length > recordTypes.length) {
      Annotations.of(this).addWarningV2(
        'cdk-proxy-fleet:failoverWithoutIpv6',
        'secondary has no IPv6 addresses, so the name leads nowhere over IPv6: give a branch that has them',
      );
    }
    primary.publish(recordTypes);
    secondary.publish(recordTypes);
    this.node.addValidation({ validate: () => findRivals(this) });
    this.failoverBudget = primary.healthCheck
      ? FailoverBudget._forDns(primary.healthCheck, ttl, 'primary')
      : FailoverBudget._forAlias(ttl);
    this.failoverBudget._publish(this, 'Longest outage of a client that uses the name');
    this.failoverBudget._warnAbove(this, props.maxOutage);
  }
}
