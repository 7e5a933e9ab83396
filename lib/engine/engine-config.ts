import type { Construct } from 'constructs';
import type { IpAddressType } from '../fleet/ip-address-type';

/** Where addresses of targets come from. Each answer of a name that is sampled holds just some of them, others every time. */
export type TargetsConfig =
  | { readonly kind: 'addresses'; readonly addresses: string[] }
  | { readonly kind: 'name'; readonly name: string; readonly sampled?: boolean }
  /** The port is part of each record. */
  | { readonly kind: 'srv'; readonly name: string; readonly sampled?: boolean };

/** Targets of one origin within a group. */
export interface TargetSourceConfig {
  readonly targets: TargetsConfig;
  /** Share of each target's traffic, 0 to 256; all the same without. */
  readonly weight?: number;
}

/** What a request or a connection must match for a group to get it: one of the values of each condition. */
export interface ConditionConfig {
  readonly kind: 'host' | 'path' | 'sni';
  /** With '*' for any characters and, in paths and host names, '?' for one. */
  readonly values: string[];
}

/** One group of targets as an engine needs it. */
export interface TargetGroupConfig {
  /** Unique within the listener: letters, digits, '-' and '_'. */
  readonly name: string;
  /** All must match; none for the group that gets the rest. */
  readonly conditions: ConditionConfig[];
  readonly sources: TargetSourceConfig[];
  /** Missing where the records name it. */
  readonly port?: number;
  /** Whether targets are spoken to in HTTP; otherwise bytes are passed on. */
  readonly http: boolean;
  /** TLS to the targets; verified against the system's authorities when a name is given. */
  readonly tls?: { readonly serverName?: string };
  readonly sendProxyProtocol?: 'v1' | 'v2';
  readonly stickiness?: { readonly cookieName: string; readonly seconds: number };
  /** Whether targets of other zones get traffic while there are targets in the proxy's own. */
  readonly crossZone: boolean;
  readonly check: { readonly path?: string; readonly interval: string; readonly rise: number; readonly fall: number };
  readonly rawDirectives: string[];
}

/** One listener as an engine needs it. */
export interface ListenerConfig {
  readonly port: number;
  readonly protocol: 'http' | 'https' | 'tcp' | 'tls';
  /** Paths of PEM files with certificate, chain and key; the first is for clients that name no host that another is for. */
  readonly certificates: string[];
  readonly acceptProxyProtocol: boolean;
  /** With their unit: '60s', '250ms'. */
  readonly timeouts: { readonly connect: string; readonly idle: string; readonly tunnel: string };
  readonly maxConnections?: number;
  readonly rawDirectives: string[];
  /** In the order in which they are tried; the one without conditions, if there is one, is the last. */
  readonly groups: TargetGroupConfig[];
}

/** A file of an engine. */
export interface EngineFile {
  readonly path: string;
  readonly content: string;
}

/** How the host installs, checks and starts an engine. */
export interface EngineConfig {
  /** Packages of the distribution, with their version where it is pinned. */
  readonly packages: string[];
  /** The configuration, and whatever it includes. */
  readonly files: EngineFile[];
  /** Command that accepts or refuses the configuration. */
  readonly checkCommand: string;
  /** Command that systemd supervises, in the foreground. */
  readonly startCommand: string;
  /** Command that takes up certificates and configuration anew without losing a connection. */
  readonly reloadCommand: string;
  /** Signal upon which it takes no new connections, serves the old ones to their end, and ends. */
  readonly stopSignal: string;
  /** Whether it tells systemd when it is ready. */
  readonly notifies: boolean;
  /** User of the distribution's package under which it runs. */
  readonly user: string;
}

/** A program that moves traffic, with its options. */
export interface Engine {
  /** Throws for options that are wrong. */
  readonly validate: (scope: Construct) => void;
  /** What of these listeners it cannot do, one sentence each: what, got, allowed, do. */
  readonly faults: (listeners: ListenerConfig[]) => string[];
  readonly bind: (listeners: ListenerConfig[], ipAddressType: IpAddressType) => EngineConfig;
}
