import type { Duration } from 'aws-cdk-lib';
import type { ElasticAddressing } from './elastic-addressing';
import type { ProxyFleetBaseProps } from './proxy-fleet-props';

/** Properties of an ElasticProxyFleet. */
export interface ElasticProxyFleetProps extends ProxyFleetBaseProps {
  /** Fewest proxies, at least 2. What is left when one is gone must carry the load until the next is there. */
  readonly minCapacity: number;

  /**
   * Most proxies, 90 at most: with a tenth to spare they fill the 100 records that a name can have. A smaller number takes addresses out of
   * the pool: deploy it with the size of before first, by `ElasticAddressing.elasticIpPool({ size })`, and the size once the group is small.
   */
  readonly maxCapacity: number;

  /**
   * How the proxies come by the addresses that names lead to. A change, also of public subnets for private ones, would take addresses from
   * proxies that serve: add a second fleet with the other way, lead the name to both, and remove the first one then.
   *
   * @default ElasticAddressing.elasticIpPool()
   */
  readonly addressing?: ElasticAddressing;

  /**
   * Whether the instances are Spot instances. EC2 takes one back two minutes after it has said so: the proxy then leaves at once, which is
   * enough where detection, propagation and TTL together take less, and the group launches another one when EC2 only thinks that it may.
   * No promise holds for what such an end costs.
   *
   * @default false
   */
  readonly spot?: boolean;

  /**
   * How long an instance lives at most, between a day and a year; then a new one takes its place, without a lost request.
   *
   * @default - as long as nothing replaces it
   */
  readonly maxInstanceLifetime?: Duration;
}
