import type { IpAddressType } from '../fleet/ip-address-type';
import type { ListenerConfig, TargetGroupConfig } from './engine-config';
import { hasRules, NO_GROUP, ruleMap } from './nginx-rules';
import {
  block,
  certificateLines,
  digits,
  groupVariable,
  listens,
  milliseconds,
  nameOf,
  realAddressLines,
  targetTlsLines,
  upstreamOf,
} from './nginx-text';
import { renderUpstream } from './nginx-upstreams';

/**
 * What all HTTP listeners share.
 *
 * Requests are not logged, and connections to targets are used again: both decide the throughput. Bodies are passed on as they come,
 * never through a file. Of upgrades only WebSocket passes: 'h2c' would open a way around the rules. Targets see the host as the client
 * wrote it, with its port, but only if it is the one that the rules looked at. X-Accel headers of targets would steer the proxy.
 */
export const HTTP_LINES = [
  'default_type text/plain;',
  'access_log off;',
  'server_tokens off;',
  'underscores_in_headers off;',
  'ignore_invalid_headers on;',
  'large_client_header_buffers 4 16k;',
  'client_header_timeout 10s;',
  'client_max_body_size 0;',
  'keepalive_timeout 60s;',
  'keepalive_requests 100000;',
  'recursive_error_pages on;',
  'proxy_http_version 1.1;',
  'proxy_buffering off;',
  'proxy_buffer_size 16k;',
  'proxy_buffers 4 16k;',
  'proxy_request_buffering off;',
  'proxy_redirect off;',
  'proxy_socket_keepalive on;',
  'proxy_next_upstream error timeout;',
  'proxy_next_upstream_tries 3;',
  'proxy_ignore_headers X-Accel-Redirect X-Accel-Limit-Rate X-Accel-Buffering X-Accel-Charset;',
  'proxy_set_header Host $fleet_host;',
  'proxy_set_header Upgrade $fleet_upgrade;',
  'proxy_set_header Connection $fleet_connection;',
  'proxy_set_header X-Forwarded-For $remote_addr;',
  'proxy_set_header X-Forwarded-Host "";',
  'proxy_set_header Forwarded "";',
  'proxy_set_header X-Forwarded-Proto $scheme;',
  'proxy_set_header X-Forwarded-Port $fleet_port;',
  // Behind the PROXY protocol the one that the client used.
  ...block('map $proxy_protocol_server_port $fleet_port', ['"" $server_port;', 'default $proxy_protocol_server_port;']),
  ...block('map $http_upgrade $fleet_upgrade', ['~*^websocket$ websocket;', 'default "";']),
  ...block('map $fleet_upgrade $fleet_connection', ['websocket upgrade;', 'default "";']),
  ...block('map $fleet_upgrade $fleet_flow', ['websocket tunnel;', 'default request;']),
  ...block('map $host|$http_host $fleet_host', ['"~*^([^|]*)\\|\\1(?::\\d+)?$" $http_host;', 'default $host;']),
];

/** A listener of HTTP or HTTPS with its targets. */
export function renderHttpListener(listener: ListenerConfig, ipAddressType: IpAddressType): string[] {
  const { acceptProxyProtocol, groups, maxConnections, port, protocol, rawDirectives, timeouts } = listener;
  const name = nameOf(listener);
  const ruled = hasRules(listener);
  const route = ruled ? `$${groupVariable(listener)}` : groups[0]?.name;
  const sockets = [...(protocol === 'https' ? ['ssl', 'http2'] : []), ...(acceptProxyProtocol ? ['proxy_protocol'] : [])];
  return [
    ...groups.flatMap((group) => renderUpstream(listener, group)),
    ...(ruled ? ruleMap(listener, (group) => group?.name ?? NO_GROUP) : []),
    ...(maxConnections === undefined ? [] : [`limit_conn_zone $server_port zone=${name}:64k;`]),
    ...block('server', [
      ...listens(port, ipAddressType, ...sockets),
      ...certificateLines(listener),
      ...realAddressLines(listener),
      ...(acceptProxyProtocol ? ['real_ip_header proxy_protocol;'] : []),
      ...(maxConnections === undefined ? [] : [`limit_conn ${name} ${digits(maxConnections)};`]),
      `client_body_timeout ${timeouts.idle};`,
      `send_timeout ${timeouts.idle};`,
      `proxy_connect_timeout ${timeouts.connect};`,
      `proxy_next_upstream_timeout ${twice(timeouts.connect)};`,
      `proxy_read_timeout ${timeouts.idle};`,
      `proxy_send_timeout ${timeouts.idle};`,
      ...rawDirectives,
      `error_page 418 = "@\${fleet_flow}-${name}-${route}";`,
      ...block('location /', ['return 418;']),
      ...groups.flatMap((group) => locations(listener, group)),
      ...(ruled && groups.every(({ conditions }) => conditions.length > 0) ? nowhere(name) : []),
    ]),
  ];
}

/** A request that waited for its answer longer than two connects may take is not repeated elsewhere. */
function twice(connect: string): string {
  const ms = milliseconds(connect);
  return ms === undefined ? connect : `${2 * ms}ms`;
}

/** Where requests of a group go, and where its WebSockets go, which may be silent for longer. */
function locations(listener: ListenerConfig, group: TargetGroupConfig): string[] {
  const { tunnel } = listener.timeouts;
  const upstream = upstreamOf(listener, group);
  const pass = [...targetTlsLines(group.tls), `proxy_pass ${group.tls ? 'https' : 'http'}://${upstream};`];
  return [
    ...block(`location @request-${upstream}`, pass),
    ...block(`location @tunnel-${upstream}`, [
      `send_timeout ${tunnel};`,
      `proxy_read_timeout ${tunnel};`,
      `proxy_send_timeout ${tunnel};`,
      ...pass,
    ]),
  ];
}

const nowhere = (name: string): string[] =>
  ['request', 'tunnel'].flatMap((flow) => block(`location @${flow}-${name}-${NO_GROUP}`, ['return 404;']));
