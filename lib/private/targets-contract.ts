/**
 * What the constructs and the target function agree on, which keeps the records of targets that are auto scaling groups. Like the contract,
 * every side imports it, and it imports nothing.
 */

/** Environment variable of the target function: JSON of {@link TargetsTopology}. */
export const TARGETS_ENV = 'PROXY_FLEET_TARGETS';

/** Timeout of the target function in seconds: it removes records until none can come back. */
export const TARGETS_TIMEOUT_SECONDS = 300;

/** Seconds that EventBridge and Lambda may keep an event for the target function. */
export const TARGETS_EVENT_AGE_SECONDS = 60;

/** Seconds for which the proxies' resolvers may keep an answer. */
export const TARGETS_TTL_SECONDS = 10;

/** Begins the name of every record of ours; others in the zone are none of our business. */
export const TARGETS_PREFIX = 'targets-';

/** Resource type of the custom resource that stands for all records. */
export const TARGETS_RESOURCE_TYPE = 'Custom::ProxyFleetTargets';

/** What the target function is told. */
export interface TargetsTopology {
  /** Private hosted zone that holds nothing else. */
  readonly hostedZoneId: string;
  readonly groups: TargetGroupTopology[];
}

/** One auto scaling group and the name that leads to its instances, fully qualified, without a dot at its end. */
export interface TargetGroupTopology {
  readonly groupName: string;
  readonly recordName: string;
}
