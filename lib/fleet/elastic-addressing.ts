import type { Construct } from 'constructs';
import { AddressPool } from './address-pool';
import { InstanceRecords } from './instance-records';
import type { Publisher, PublisherProps } from './publisher';

/** Options of `ElasticAddressing.elasticIpPool()`. */
export interface ElasticIpPoolOptions {
  /**
   * Number of Elastic IPs, with a record and a health check each. At least a tenth more than `maxCapacity`, because a new proxy is there
   * before an old one goes; 100 at most, as many as a name has records.
   *
   * @default - `maxCapacity` and a tenth of it, one at least
   */
  readonly size?: number;
}

/** How the proxies of an elastic fleet come by the addresses that names lead to. */
export class ElasticAddressing {
  /**
   * A pool of Elastic IPs that exist, with their records and health checks, from the deploy on: a new proxy takes a free one once it is
   * live, and no call to Route 53 is ever made. What is free fails its health check, and so is in no answer while any proxy is healthy.
   */
  public static elasticIpPool(options: ElasticIpPoolOptions = {}): ElasticAddressing {
    return new ElasticAddressing((scope, props) => new AddressPool(scope, 'Pool', { ...props, ...options }));
  }

  /**
   * The addresses that EC2 gives to the instances: each has a record and a health check of its own in each address family, which come and go
   * with it. No Elastic IP is needed, and a dual-stack fleet is possible.
   *
   * Gotchas: a new proxy serves once Route 53 has taken its record, so no new one comes while Route 53's API is away; those that serve are not
   * concerned. In private subnets names lead to private addresses; Route 53 cannot check those, so functions in each zone look at the proxies
   * every minute, over IPv4, and what they find dead leaves the answers, which takes Route 53's API. A private address of a dead instance
   * may become that of something else in the subnet while caches still name it. A public IPv4 address goes back to AWS the moment its instance dies, while caches still name it, and may soon be somebody
   * else's: synth warns. Names by a `MultivalueEndpoint` only; a `FailoverEndpoint` needs addresses that the template knows.
   */
  public static instanceAddresses(): ElasticAddressing {
    return new ElasticAddressing((scope, props) => new InstanceRecords(scope, 'Records', props));
  }

  private constructor(
    /** @internal */
    public readonly _publisher: (scope: Construct, props: PublisherProps) => Publisher,
  ) {}
}
