/**
 * What the constructs and the code that runs later agree on: names, paths, event shapes and the AWS figures that both sides
 * count with. Every side imports this file, and it imports nothing.
 */

/** Port on which every proxy answers the two health paths, on every address it owns. */
export const HEALTH_PORT = 8404;

/** Answered by the proxy process itself; never depends on a target. */
export const LIVE_PATH = '/livez';

/** 200 while at least one target of any listener answers, 503 otherwise. */
export const READY_PATH = '/healthz';

/**
 * What whoever places virtual IPs asks the ready path with: a proxy that is about to be drained answers it with 503 while it still
 * answers everybody else with 200, so that it loses its virtual IPs first.
 */
export const HOLDER_QUERY = 'holder';

/** A folder that belongs to the proxy's user and outlives the process. */
export const ENGINE_DIRECTORY = '/run/proxy-fleet-engine';

/** HAProxy's map with the one line `state serving`, `state leaving` or `state draining`. */
export const DRAIN_STATE_MAP_PATH = `${ENGINE_DIRECTORY}/state.map`;

/** How HAProxy's servers are called that the program for zone affinity may weigh; a number follows. */
export const ZONAL_SERVER_PREFIX = 'zonal-';

/** The certificates of authorities on Amazon Linux, in one file. */
export const AUTHORITIES_PATH = '/etc/pki/tls/certs/ca-bundle.crt';

/** Most connections of a listener that wait to be accepted. */
export const ACCEPT_QUEUE = 16_384;
/** While this file exists, engines that look at files answer the ready path with 503 if it is asked for with {@link HOLDER_QUERY}. */
export const LEAVING_FILE_PATH = `${ENGINE_DIRECTORY}/leaving`;

/** While this file exists, engines that look at files answer the ready path with 503. */
export const DRAINING_FILE_PATH = `${ENGINE_DIRECTORY}/draining`;

/** Where HAProxy takes orders. */
export const HAPROXY_SOCKET_PATH = `${ENGINE_DIRECTORY}/haproxy.sock`;

/** Where an instance finds what differs from fleet to fleet and from slot to slot. */
export const SLOT_ENVIRONMENT_PATH = '/etc/proxy-fleet/slot.env';

/** Where an instance finds what its drain needs: SLOT, HOOK and, in seconds, how long each step may take. */
export const DRAIN_ENVIRONMENT_PATH = '/etc/proxy-fleet/drain.env';

/** The script that takes a proxy out of service without a lost request; AWS_EC2_METADATA_SERVICE_ENDPOINT leads it elsewhere. */
export const DRAIN_PATH = '/opt/proxy-fleet/drain.py';

/** Name of the hook for which an instance that is to be terminated waits until it is drained. */
export const DRAIN_HOOK = 'drain';

/** Tag of everything in a slot: stack, path of the fleet in it, and name of the slot ('Demo/Edge/1'). */
export const SLOT_TAG = 'proxy-fleet-slot';

/** Tag of the group of an elastic fleet: stack, and path of the fleet in it ('Demo/Edge'). */
export const ELASTIC_TAG = 'proxy-fleet-elastic';

/**
 * Bounds in seconds of a drain's steps. `virtualIps`: until the virtual IPs are elsewhere, which the sweep does should a hint be lost;
 * `stop`: until connections that are open have ended; `rest`: what else it does, above all calls to AWS; `shutdown`: of all together
 * when the machine is shut down, which EC2 cuts short after a few minutes.
 */
export const DRAIN_SECONDS = { virtualIps: 90, stop: 90, rest: 60, shutdown: 180 } as const;

/**
 * For how many seconds a proxy serves at most once its ready path fails: with it, the other steps and 15 minutes for the next instance
 * CloudFormation waits for an hour, which is as long as it can.
 */
export const MAX_DRAIN_SERVE_SECONDS = 2400;

/** Where the instance keeps the proxy's configuration: not the package's own path, which an update may overwrite. */
export const HAPROXY_CONFIG_PATH = '/etc/proxy-fleet/haproxy.cfg';
export const NGINX_CONFIG_PATH = '/etc/proxy-fleet/nginx.conf';

/** The resolver of every VPC, with which proxies look up the names of targets. */
export const VPC_RESOLVER = '169.254.169.253:53';

/**
 * Seconds after which a Route 53 health checker gives up on one probe, by health check type.
 *
 * HTTP and HTTPS: connect 4 + status 2; string match: body 2 more; TCP: connect 10.
 *
 * Source: Route 53 developer guide, "How Amazon Route 53 determines whether a health check is healthy".
 */
export const HEALTH_CHECK_TIMEOUT_SECONDS = {
  HTTP: 6,
  HTTPS: 6,
  HTTP_STR_MATCH: 8,
  HTTPS_STR_MATCH: 8,
  TCP: 10,
} as const;

/** What decides how long a health check takes to notice. */
export interface CheckTiming {
  readonly type: keyof typeof HEALTH_CHECK_TIMEOUT_SECONDS;
  readonly requestInterval: number;
  readonly failureThreshold: number;
}

/** Bound in seconds from a fault to Route 53 calling it unhealthy. The interval runs from a probe's end, so each timeout counts. */
export function checkDetectionSeconds({ type, requestInterval, failureThreshold }: CheckTiming): number {
  return failureThreshold * (requestInterval + HEALTH_CHECK_TIMEOUT_SECONDS[type]);
}

/** Counted with where only a deploy knows, or where AWS judges by ways of its own: no health check takes longer. */
export const UNKNOWN_CHECK: CheckTiming = { type: 'TCP', requestInterval: 30, failureThreshold: 10 };
export const UNKNOWN_TTL_SECONDS = 60;

/** A budget for people: `detection 48 s + propagation 10 s (assumed) + ttl 60 s = 118 s`. */
export function budgetFormula(terms: readonly { name: string; seconds: number; assumed: boolean }[]): string {
  const texts = terms.map(({ name, seconds, assumed }) => `${name} ${seconds} s${assumed ? ' (assumed)' : ''}`);
  return `${texts.join(' + ')} = ${terms.reduce((sum, { seconds }) => sum + seconds, 0)} s`;
}

/** Assumed bound in seconds from a health check's change of status to the DNS answers of every edge. AWS publishes none. */
export const ASSUMED_PROPAGATION_SECONDS = 10;

/** Assumed bound in seconds from AssociateAddress to traffic arriving at the new interface. AWS publishes none. */
export const ASSUMED_ADDRESS_MOVE_SECONDS = 10;

/**
 * Bound in whole seconds on the time from a proxy's failure to a hint. Silent: a backup waits for three adverts and a skew of less than one
 * more, from the last advert that it heard (RFC 9568, "Active_Down_Interval"). Sick: the watchdog's worst case.
 *
 * @param advertMs milliseconds between two adverts
 */
export function heartbeatDetectionSeconds(advertMs: number): number {
  return Math.ceil(Math.max(4 * advertMs, WATCHDOG.intervalMs + WATCHDOG.fall * WATCHDOG.timeoutMs) / 1000);
}

/** Seconds between two sweeps of the takeover function (an EventBridge rule cannot run more often). */
export const SWEEP_SECONDS = 60;

/**
 * How the watchdog of a proxy judges it by its live path: a look every interval, given up after the timeout, `fall` failures in a row
 * make it sick and `rise` answers well again. systemd kills a watchdog that has not been heard of for `silenceMs`. Worst case from
 * fault to verdict: interval + fall x timeout.
 */
export const WATCHDOG = { intervalMs: 250, timeoutMs: 300, fall: 2, rise: 3, silenceMs: 2000 } as const;

/**
 * What the guard of a sick proxy does: a look every `lookMs`, with time to answer of `answerMs`; for a killed proxy time to be well again,
 * which doubles from kill to kill up to the longest pause; kills until the instance reports itself unhealthy; how long a proxy must have
 * been well since its last kill for them to be forgotten.
 */
export const GUARD = {
  healthPort: HEALTH_PORT,
  lookMs: 100,
  answerMs: 1500,
  patienceSeconds: 5,
  longestPauseSeconds: 60,
  killsUntilReport: 5,
  calmSeconds: 60,
  commandTimeoutSeconds: 10,
} as const;

/** The script that makes a sick proxy refuse connections. */
export const GUARD_PATH = '/opt/proxy-fleet/guard.py';

/** Where the instance keeps what its heartbeats need: SLOT, ADDRESSES, ADVERT_MS, FUNCTION, REGION. */
export const HEARTBEAT_ENVIRONMENT_PATH = '/etc/proxy-fleet/heartbeat.env';

/** The watchdog's verdict on the proxy, followed by keepalived: 0 well, anything else sick. */
export const HEALTH_FILE_PATH = '/run/proxy-fleet/health';

/** Where keepalived writes each change of a VRRP instance. */
export const VRRP_FIFO_PATH = '/run/proxy-fleet/vrrp.fifo';

/** The script that judges the proxy; HEALTH_URL and HEALTH_FILE lead it elsewhere. */
export const WATCHDOG_PATH = '/opt/proxy-fleet/watchdog.py';

/** The script that weighs targets by zone, which it learns of ZONES and of the instance metadata; HAPROXY_SOCKET leads it elsewhere. */
export const ZONE_AFFINITY_PATH = '/opt/proxy-fleet/zone-affinity.py';

/** The script that makes hints of keepalived's changes; VRRP_FIFO and the standard AWS variables lead it elsewhere. */
export const HEARTBEAT_PATH = '/opt/proxy-fleet/heartbeat.py';

/** What CloudWatch's agent is told, where there is one. */
export const CLOUDWATCH_AGENT_PATH = '/opt/proxy-fleet/cloudwatch-agent.json';

/** The script that writes keepalived's configuration to the file that it is given. */
export const KEEPALIVED_CONFIG_SCRIPT_PATH = '/opt/proxy-fleet/keepalived-config.py';

/** What an instance must know of its listeners' certificates, as JSON: whose they are, where they come from, how their files are called. */
export const CERTIFICATES_FILE_PATH = '/etc/proxy-fleet/certificates.json';

/** Where the instance keeps them, each as a file NAME.pem that holds certificate, chain and private key. */
export const CERTIFICATE_DIRECTORY = '/etc/proxy-fleet/certificates';

/** The script that fetches them. */
export const CERTIFICATES_PATH = '/opt/proxy-fleet/certificates.py';

/** CloudWatch metrics with the dimension `Fleet`, which the takeover function writes into its log, and an instance sends. */
export const METRICS = {
  namespace: 'ProxyFleet',
  dimension: 'Fleet',
  /** Slots with a live address at a look. */
  liveSlots: 'LiveSlots',
  /** Observers that did not answer at a look. */
  silentObservers: 'SilentObservers',
  /** Virtual IPs on none of the fleet's slots after a run. */
  unassociated: 'UnassociatedVirtualIps',
  /** Moves that EC2 confirmed. */
  moves: 'VirtualIpMoves',
  /** Virtual IPs that should move and cannot. */
  stuck: 'StuckVirtualIps',
  /** Moves that the cap of moves per window prevented. */
  aboveCap: 'MovesAboveCap',
  /** Milliseconds from the start of a run to EC2 showing a move. */
  took: 'MoveTime',
  /** Days until a certificate expires that an instance serves, with a second dimension that names it. */
  daysToExpiry: 'DaysToExpiry',
  certificateDimension: 'Certificate',
  /** Established connections of TCP, which CloudWatch's agent counts and names. */
  connections: 'netstat_tcp_established',
} as const;

/** Whether a health check, in the words of Route 53, fails as soon as a proxy begins to drain: just the ready path tells that. */
export function seesDrain(check?: { readonly Type: string; readonly Port: number; readonly ResourcePath?: string }): boolean {
  return check?.Type === 'HTTP' && check.Port === HEALTH_PORT && check.ResourcePath === READY_PATH;
}
