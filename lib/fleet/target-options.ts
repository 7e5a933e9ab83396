import type { Duration } from 'aws-cdk-lib';
import type { ListenerCondition } from './listener-condition';
import type { ProxyTargets } from './proxy-targets';
import type { TargetHealthCheck } from './target-health-check';

/** What is spoken with targets. */
export enum TargetProtocol {
  /** HTTP/1.1 in plain text; for HTTP and HTTPS listeners. */
  HTTP = 'http',
  /** HTTP/1.1 over TLS; for HTTP and HTTPS listeners. */
  HTTPS = 'https',
  /** What the client sends, byte by byte; for TCP and TLS listeners. */
  TCP = 'tcp',
  /** What the client sends, over TLS; for TCP and TLS listeners. */
  TLS = 'tls',
}

/** Versions of the PROXY protocol, which tells targets the address of a client. */
export enum ProxyProtocolVersion {
  /** A line of text. */
  V1 = 'v1',
  /** Binary. */
  V2 = 'v2',
}

/** Options of the targets of a listener. */
export interface AddTargetsOptions {
  /** The targets. */
  readonly targets: ProxyTargets;

  /**
   * Port of the targets, 1 to 65535.
   *
   * @default - the port in each SRV record; all other targets need one
   */
  readonly port?: number;

  /**
   * What is spoken with the targets.
   *
   * @default - HTTP for HTTP and HTTPS listeners, TCP for TCP and TLS listeners
   */
  readonly protocol?: TargetProtocol;

  /**
   * Name that the targets' certificates must carry, and that they are asked for (SNI), when the protocol is HTTPS or TLS. An authority
   * of the operating system must have signed them.
   *
   * @default - no name is asked for and certificates are not verified, as in elbv2
   */
  readonly tlsServerName?: string;

  /**
   * What a request must be like for these targets to get it; all conditions must match.
   *
   * @default - these targets get whatever no other targets of the listener do
   */
  readonly conditions?: ListenerCondition[];

  /**
   * Place among the targets with conditions, 1 to 50,000, each once: those with the lowest number are tried first.
   *
   * @default - needed beside conditions, not allowed without
   */
  readonly priority?: number;

  /**
   * How the proxies check the targets.
   *
   * @default - `TargetHealthCheck.http()` for an HTTP or HTTPS listener, `TargetHealthCheck.tcp()` for a TCP or TLS listener
   */
  readonly healthCheck?: TargetHealthCheck;

  /**
   * For how long a client stays with its target, by a cookie; 1 second to 7 days. For HTTP and HTTPS listeners.
   *
   * @default - every request may go to another target
   */
  readonly stickinessCookieDuration?: Duration;

  /**
   * Name of that cookie.
   *
   * @default 'PROXYFLEET'
   */
  readonly stickinessCookieName?: string;

  /**
   * Whether targets of other availability zones get traffic all the time. If not, they get it only when the proxy's own zone has no
   * target that answers: traffic between zones costs money and time. A target's zone is that of the VPC's subnet that its address
   * belongs to; a target elsewhere counts as of every zone. With HAProxy about one request in 250 still goes to each target of another
   * zone, which is how it takes over at once, and the weights of SRV records do not count.
   *
   * @default false
   */
  readonly crossZoneEnabled?: boolean;

  /**
   * The PROXY protocol with which each connection to a target begins.
   *
   * @default - a connection begins with what the client sends
   */
  readonly sendProxyProtocol?: ProxyProtocolVersion;

  /**
   * Lines that are added as they are to the targets' section of the engine's configuration: 'backend' in HAProxy, 'upstream' in nginx.
   * The engine checks them on the instance, not at synth.
   *
   * @default - no lines
   */
  readonly rawDirectives?: string[];
}
