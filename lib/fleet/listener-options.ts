import type { Duration } from 'aws-cdk-lib';
import type { ProxyCertificate } from './proxy-certificate';

/** What a listener speaks with its clients. */
export enum ListenerProtocol {
  /** HTTP/1.1 in plain text. */
  HTTP = 'http',
  /** HTTP/2 and HTTP/1.1 over TLS, which ends at the proxy. */
  HTTPS = 'https',
  /** Any protocol over TCP, passed through byte by byte. TLS inside stays closed; only the name in its first message may be looked at. */
  TCP = 'tcp',
  /** Any protocol over TLS, which ends at the proxy. */
  TLS = 'tls',
}

/** Options of a new listener. */
export interface ListenerOptions {
  /** Port that every proxy of the fleet accepts, 1 to 65535, except the health port 8404. */
  readonly port: number;

  /**
   * What is spoken on the port.
   *
   * @default - as in elbv2: HTTP on ports 80, 8000, 8008 and 8080, HTTPS on 443 and 8443 if there are certificates, TCP on every other
   */
  readonly protocol?: ListenerProtocol;

  /**
   * Certificates of an HTTPS or TLS listener, at least one. A client gets the one for the host that it names, or the first.
   *
   * @default - no certificates
   */
  readonly certificates?: ProxyCertificate[];

  /**
   * Whether everybody may connect. If false, allow clients through `fleet.connections`; their connections are then tracked by the
   * security group, which costs memory and has a ceiling for each instance type.
   *
   * @default true
   */
  readonly open?: boolean;

  /**
   * Whether clients begin each connection with the PROXY protocol, version 1 or 2, which tells their address. A connection without it
   * is closed, so say so only behind a load balancer that sends it.
   *
   * @default false
   */
  readonly acceptProxyProtocol?: boolean;

  /**
   * How long a connection to a target may take to come about; 1 second to 24 days.
   *
   * @default Duration.seconds(5)
   */
  readonly connectTimeout?: Duration;

  /**
   * How long client or target may be silent in the middle of a request, or of a TCP connection, until it is closed; 1 second to 24 days.
   *
   * @default - 60 seconds for HTTP and HTTPS, as in elbv2, and 350 seconds for TCP and TLS
   */
  readonly idleTimeout?: Duration;

  /**
   * How long a WebSocket, or another connection that was upgraded, may be silent until it is closed; 1 second to 24 days.
   *
   * @default Duration.hours(1)
   */
  readonly tunnelTimeout?: Duration;

  /**
   * Connections of this listener that one proxy serves at a time, 1 to 1,000,000. More wait until one ends; nginx counts requests instead
   * where it speaks HTTP, and turns more away.
   *
   * @default - as many as the proxy can
   */
  readonly maxConnections?: number;

  /**
   * Lines that are added as they are to the listener's section of the engine's configuration: 'frontend' in HAProxy, 'server' in
   * nginx. The engine checks them on the instance, not at synth.
   *
   * @default - no lines
   */
  readonly rawDirectives?: string[];
}
