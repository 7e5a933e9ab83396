import type { IpAddressType } from '../fleet/ip-address-type';
import type { ListenerConfig } from './engine-config';
import { hasRules, ruleMap } from './nginx-rules';
import {
  block,
  certificateLines,
  digits,
  endsTls,
  groupVariable,
  listens,
  nameOf,
  realAddressLines,
  targetTlsLines,
  upstreamOf,
} from './nginx-text';
import { renderUpstream } from './nginx-upstreams';

/** What all TCP and TLS listeners share: only connections that did not come about are tried with another target. */
export const STREAM_LINES = ['proxy_socket_keepalive on;', 'proxy_next_upstream on;', 'proxy_next_upstream_tries 3;'];

/** A listener of TCP or TLS with its targets; all its groups have the same TLS and the same PROXY protocol. */
export function renderStreamListener(listener: ListenerConfig, ipAddressType: IpAddressType): string[] {
  const { acceptProxyProtocol, groups, maxConnections, port, rawDirectives, timeouts } = listener;
  const [first] = groups;
  const name = nameOf(listener);
  const ruled = hasRules(listener);
  const upstreams = new Map(groups.map((group) => [group.name, upstreamOf(listener, group)]));
  const sockets = [...(endsTls(listener) ? ['ssl'] : []), ...(acceptProxyProtocol ? ['proxy_protocol'] : [])];
  return [
    ...groups.flatMap((group) => renderUpstream(listener, group)),
    ...(ruled ? ruleMap(listener, (group) => upstreams.get(group?.name ?? '') ?? '""') : []),
    ...(maxConnections === undefined ? [] : [`limit_conn_zone $server_port zone=${name}:64k;`]),
    ...block('server', [
      ...listens(port, ipAddressType, ...sockets),
      ...certificateLines(listener),
      ...realAddressLines(listener),
      ...(maxConnections === undefined ? [] : [`limit_conn ${name} ${digits(maxConnections)};`]),
      ...(ruled && !endsTls(listener) ? ['ssl_preread on;'] : []),
      `proxy_connect_timeout ${timeouts.connect};`,
      `proxy_timeout ${timeouts.idle};`,
      ...(first?.sendProxyProtocol ? ['proxy_protocol on;'] : []),
      ...(first?.tls ? ['proxy_ssl on;', ...targetTlsLines(first.tls)] : []),
      ...rawDirectives,
      `proxy_pass ${ruled ? `$${groupVariable(listener)}` : upstreams.get(first?.name ?? '')};`,
    ]),
  ];
}
