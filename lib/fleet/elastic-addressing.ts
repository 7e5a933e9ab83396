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
    return new ElasticAddressing(options);
  }

  private constructor(
    /** @internal */
    public readonly _pool: ElasticIpPoolOptions,
  ) {}
}
