import type { ListenerConfig, TargetGroupConfig } from './engine-config';
import { backendName, isHttp, onceName } from './haproxy-names';
import { ConnectionReuse } from './haproxy-options';
import { section, unlessShared } from './haproxy-sections';
import { defaultServer, servers } from './haproxy-servers';

/** What becomes of connections to targets that nobody uses at the moment. */
const REUSE: Record<ConnectionReuse, string[]> = {
  [ConnectionReuse.SAFE]: ['http-reuse always', 'retry-on conn-failure empty-response'],
  [ConnectionReuse.ALWAYS]: ['http-reuse always'],
  [ConnectionReuse.NEVER]: ['http-reuse never'],
};

/**
 * The backends of a group. Connections to targets are worth keeping: opening one for every request of a client that closes costs as much
 * as all the rest. A connection that a target closes at that very moment loses the request on it, so with safe reuse only requests that
 * may be sent again travel on a connection that was used before, and they are sent again. For all others there is a second backend whose
 * connections serve one request. It follows the first one's checks where it can: servers that come from DNS have no fixed places.
 *
 * Source: HAProxy configuration manual, "http-reuse", "retry-on", "http-server-close", "track".
 */
export function backends(listener: ListenerConfig, group: TargetGroupConfig, reuse: ConnectionReuse): string[] {
  const name = backendName(listener, group);
  const head = [...common(listener, group), ...(group.stickiness ? cookie(listener, group.stickiness) : [])];
  const checked = [...check(group), defaultServer(group)];
  const end = [...group.rawDirectives, ...servers(group)];
  if (!isHttp(listener)) return [section(`backend ${name}`, [...head, ...checked, ...end])];
  const first = section(`backend ${name}`, [...head, ...REUSE[reuse], ...checked, ...end]);
  if (reuse !== ConnectionReuse.SAFE) return [first];
  const fixed = group.sources.every(({ targets }) => targets.kind === 'addresses');
  const once = section(`backend ${onceName(listener, group)}`, [
    ...head,
    'option http-server-close',
    ...(fixed ? [defaultServer(group, 'unchecked'), ...group.rawDirectives, ...servers(group, name)] : [...checked, ...end]),
  ]);
  return [first, once];
}

/**
 * Weights by zone take round robin: the least loaded target is an idle one of another zone, whatever its weight. Large answers of TCP
 * do not pass through HAProxy's memory, which doubles what it carries; `splice-auto` hardly ever notices them.
 */
function common(listener: ListenerConfig, { crossZone, tls }: TargetGroupConfig): string[] {
  const http = isHttp(listener);
  const { connect, idle, tunnel } = listener.timeouts;
  return [
    ...unlessShared('mode', http ? 'http' : 'tcp'),
    ...unlessShared('balance', http || !crossZone ? 'roundrobin' : 'leastconn'),
    ...(listener.protocol === 'tcp' && !tls ? ['option splice-response'] : []),
    ...unlessShared('timeout connect', connect),
    ...unlessShared('timeout server', idle),
    ...(http ? [`timeout tunnel ${tunnel}`] : []),
  ];
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
