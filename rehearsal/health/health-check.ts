/** The kinds of health checks: those that Route 53 knows, and one in their place. */

interface Common {
  readonly id: string;
  /** Says the contrary of what it finds. */
  readonly inverted?: boolean;
  /** Finds everything healthy, without looking. */
  readonly disabled?: boolean;
}

export type EndpointType = 'HTTP' | 'HTTPS' | 'HTTP_STR_MATCH' | 'HTTPS_STR_MATCH' | 'TCP';

/** Checkers look at an address, or at whatever a name leads to. */
export interface EndpointCheck extends Common {
  readonly type: EndpointType;
  readonly ipAddress?: string;
  readonly fullyQualifiedDomainName?: string;
  readonly port: number;
  readonly resourcePath?: string;
  readonly searchString?: string;
  readonly enableSni?: boolean;
  /** Seconds. */
  readonly requestInterval: number;
  readonly failureThreshold: number;
  /** Where its checkers stand; everywhere when left out. */
  readonly regions?: readonly string[];
}

/** Counts the healthy ones among other checks. */
export interface CalculatedCheck extends Common {
  readonly type: 'CALCULATED';
  readonly children: readonly string[];
  readonly threshold: number;
}

/** Follows the data of an alarm of CloudWatch. */
export interface AlarmCheck extends Common {
  readonly type: 'CLOUDWATCH_METRIC';
  readonly insufficientData: 'Healthy' | 'Unhealthy' | 'LastKnownStatus';
}

/** A switch of Application Recovery Controller. */
export interface RoutingControlCheck extends Common {
  readonly type: 'RECOVERY_CONTROL';
}

/** None of Route 53: a function of the fleet looks at the proxies, and takes the records of dead ones away. */
export interface ProbedCheck extends Common {
  readonly type: 'PROBED';
  /** How often it looks; missing where no schedule runs it. */
  readonly sweepSeconds?: number;
}

/** Those that Route 53 knows. */
export type Route53Check = EndpointCheck | CalculatedCheck | AlarmCheck | RoutingControlCheck;

export type HealthCheck = Route53Check | ProbedCheck;

/** Whether it looks at an endpoint and says what it finds there. */
export function isWatching(check: HealthCheck): check is EndpointCheck {
  return isEndpointCheck(check) && !check.disabled && !check.inverted;
}

export function isEndpointCheck(check: HealthCheck): check is EndpointCheck {
  return !['CALCULATED', 'CLOUDWATCH_METRIC', 'RECOVERY_CONTROL', 'PROBED'].includes(check.type);
}
