import type { ListenerConfig, TargetGroupConfig, TargetSourceConfig } from './engine-config';
import { section } from './haproxy-sections';

/** Most addresses that a target's name may have at a time. */
const NAME_SLOTS = 32;

/** Methods whose requests may be sent again: nothing has changed if the first one did get through. */
const REPEATABLE = 'GET HEAD OPTIONS';

/** Who gets requests that may be sent again, and who the others. */
export type BackendKind = 'repeatable' | 'once';

export function isHttp({ protocol }: Pick<ListenerConfig, 'protocol'>): boolean {
  return protocol === 'http' || protocol === 'https';
}

export function listenerName({ protocol, port }: ListenerConfig): string {
  return `${protocol}-${port}`;
}

export function backendName(listener: ListenerConfig, group: TargetGroupConfig, kind: BackendKind = 'repeatable'): string {
  return `${listenerName(listener)}-${group.name}${kind === 'once' ? '-once' : ''}`;
}

/** The condition under which a request goes to the backend that may repeat it. */
export const REPEATABLE_REQUEST = `{ method ${REPEATABLE} }`;

/**
 * The backends of a group. Connections to targets are worth keeping: opening one for every request of a client that closes costs as much
 * as all the rest. A connection that a target closes at that very moment loses the request on it, so only requests that may be sent
 * again travel on a connection that somebody else has opened, and they are sent again. All others keep to HAProxy's safe mode, in
 * which the first request of a client opens a connection of its own.
 *
 * Source: HAProxy configuration manual, "http-reuse", "retry-on".
 */
export function backends(listener: ListenerConfig, group: TargetGroupConfig): string[] {
  if (!isHttp(listener)) return [backend(listener, group, 'repeatable', ['option splice-auto'])];
  return [
    backend(listener, group, 'repeatable', ['http-reuse always', 'retry-on conn-failure empty-response']),
    backend(listener, group, 'once', ['http-reuse safe']),
  ];
}

function backend(listener: ListenerConfig, group: TargetGroupConfig, kind: BackendKind, own: string[]): string {
  const { sources, stickiness, rawDirectives } = group;
  const http = isHttp(listener);
  return section(`backend ${backendName(listener, group, kind)}`, [
    `mode ${http ? 'http' : 'tcp'}`,
    `balance ${http ? 'roundrobin' : 'leastconn'}`,
    ...own,
    `timeout connect ${listener.timeouts.connect}`,
    `timeout server ${listener.timeouts.idle}`,
    ...(http ? [`timeout tunnel ${listener.timeouts.tunnel}`] : []),
    ...(stickiness ? cookie(listener, stickiness) : []),
    ...check(group),
    `default-server ${defaults(group)}`,
    ...rawDirectives,
    ...sources.flatMap((source, index) => servers(group, source, sources.length === 1 ? '' : `${index + 1}-`)),
  ]);
}

/** It tells the address of a target in a hash that all proxies of a fleet understand, and holds as long as the browser is told. */
function cookie({ protocol }: ListenerConfig, { cookieName, seconds }: { cookieName: string; seconds: number }): string[] {
  const secure = protocol === 'https' ? ' secure' : '';
  return [
    'dynamic-cookie-key proxy-fleet',
    `cookie ${cookieName} insert indirect nocache dynamic httponly${secure} maxlife ${seconds}s attr "Max-Age=${seconds}"`,
  ];
}

function check({ check: { path }, tls, http }: TargetGroupConfig): string[] {
  if (path === undefined) return [];
  const host = http && tls?.serverName !== undefined ? tls.serverName : 'health-check';
  return [
    'option httpchk',
    `http-check send meth GET uri ${path} ver HTTP/1.1 hdr Host ${host}`,
    'http-check expect status 200-399',
  ];
}

function defaults({ check: { interval, rise, fall }, tls, sendProxyProtocol }: TargetGroupConfig): string {
  const proxy = { v1: ['send-proxy', 'check-send-proxy'], v2: ['send-proxy-v2', 'check-send-proxy'] };
  return [
    `check inter ${interval} rise ${rise} fall ${fall}`,
    ...(tls ? encryption(tls) : []),
    ...(sendProxyProtocol ? proxy[sendProxyProtocol] : []),
  ].join(' ');
}

function encryption({ serverName }: { readonly serverName?: string }): string[] {
  if (serverName === undefined) return ['ssl verify none'];
  return [`ssl verify required ca-file @system-ca sni str(${serverName}) check-sni ${serverName} verifyhost ${serverName}`];
}

function servers(group: TargetGroupConfig, { targets, weight }: TargetSourceConfig, prefix: string): string[] {
  const { port } = group;
  const end = weight === undefined ? '' : ` weight ${weight}`;
  if (targets.kind === 'addresses') {
    return targets.addresses.map((address, index) => `server target-${prefix}${index + 1} ${address}:${port}${end}`);
  }
  const place = targets.kind === 'srv' ? targets.name : `${targets.name}:${port}`;
  return [`server-template target-${prefix} ${NAME_SLOTS} ${place} resolvers vpc resolve-prefer ipv4 init-addr none${end}`];
}
