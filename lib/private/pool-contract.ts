/**
 * What an elastic fleet's constructs, its address function and its instances agree on. Like the contract, every side imports it, and it
 * imports nothing.
 */

/** Name of the hook for which a new instance waits until it has an address of the pool. */
export const PUBLISH_HOOK = 'publish';

/** Seconds from the launch of an instance until it must have its address, besides the drain of one that may still have it. */
export const PUBLISH_SECONDS = 1800;

/** The script that asks for an address once the proxy is live; AWS_EC2_METADATA_SERVICE_ENDPOINT leads it elsewhere. */
export const PUBLISH_PATH = '/opt/proxy-fleet/publish.py';

/** There once the instance has what its group waits for: an address of the pool, or in a warm pool nothing. */
export const PUBLISHED_PATH = '/run/proxy-fleet/published';

/** Environment variable of the address function: JSON of {@link PoolTopology}. */
export const POOL_ENV = 'PROXY_FLEET_POOL';

/** What the address function is told of its fleet. Its group is found by the tag: the group itself waits for the function. */
export interface PoolTopology {
  /** The fleet's name, which its metrics carry. */
  readonly fleet: string;
  readonly tag: { readonly key: string; readonly value: string };
  readonly allocationIds: string[];
}

/** Event of the address function: an instance whose proxy is live asks for itself; anybody else asks for a look at all in service. */
export interface PoolRequest {
  readonly instanceId?: string;
}

/** Resource type of the custom resource for which the records of new addresses wait. */
export const JUDGED_RESOURCE_TYPE = 'Custom::ProxyFleetJudgedAddresses';

/** Longest wait in seconds for health checks that were just made. */
export const LONGEST_JUDGEMENT_SECONDS = 600;

/** Properties of that custom resource: whatever changes them makes health checks anew. */
export interface JudgedProperties {
  readonly AllocationIds: string[];
  /** How long health checks take to find out that there is no proxy. */
  readonly WaitSeconds: string;
}

/** Answer of the address function. */
export interface PoolAnswer {
  /** True when the instance that asked has what it needs, and false when it should ask again. */
  readonly settled: boolean;
  /** In a few words: why, or what was done. */
  readonly reason: string;
}

/** Metrics that the address function writes into its log, in the namespace and with the dimension of the others. */
export const POOL_METRICS = {
  /** Addresses of the pool that are on nothing. */
  free: 'FreeAddresses',
  /** Instances that should have an address and have none. */
  waiting: 'InstancesWithoutAddress',
} as const;
