import { IpAddressType } from '../fleet/ip-address-type';
import type { ListenerConfig } from './engine-config';
import { isHttp, listenerName } from './haproxy-names';
import type { ConnectionReuse } from './haproxy-options';
import { rules } from './haproxy-rules';
import { section, unlessShared } from './haproxy-sections';

/** A socket for each family: one for both would tell targets of an IPv4 client as '::ffff:203.0.113.7'. */
export function binds(port: number, ipAddressType: IpAddressType, options = ''): string[] {
  const ipv4 = `bind *:${port}${options}`;
  return ipAddressType === IpAddressType.DUAL_STACK ? [ipv4, `bind :::${port} v6only${options}`] : [ipv4];
}

export function frontend(listener: ListenerConfig, ipAddressType: IpAddressType, reuse: ConnectionReuse): string {
  const { maxConnections, port, rawDirectives, timeouts } = listener;
  return section(`frontend ${listenerName(listener)}`, [
    ...unlessShared('mode', isHttp(listener) ? 'http' : 'tcp'),
    'no log',
    ...binds(port, ipAddressType, bindOptions(listener)),
    ...(maxConnections === undefined ? [] : [`maxconn ${maxConnections}`]),
    ...unlessShared('timeout client', timeouts.idle),
    ...(isHttp(listener) ? httpLines(listener) : []),
    ...(looksIntoTls(listener) ? LOOK_INTO_TLS : []),
    ...rawDirectives,
    ...rules(listener, reuse),
  ]);
}

/**
 * Targets believe who a client is and how it came, so a client may not say it itself: a chain of `X-Forwarded-For` begins here. An
 * upgrade to HTTP/2 in plain text would carry requests past all rules, and without TLS nobody may begin with HTTP/2. Chunks in HTTP/1.0
 * have no meaning that all servers agree upon, and HTTP/1.1 demands a host; HAProxy by itself passes both on. Behind the PROXY
 * protocol the port is the one that the client used.
 */
function httpLines({ acceptProxyProtocol, port, protocol }: ListenerConfig): string[] {
  return [
    // While it stops, a kept connection is closed with an answer: a client could be sending just as an idle one is closed.
    'option idle-close-on-response',
    'option http-restrict-req-hdr-names reject',
    ...(protocol === 'http' ? ['option disable-h2-upgrade'] : []),
    'http-request deny deny_status 400 if HTTP_1.0 { req.hdr(transfer-encoding) -m found }',
    'http-request deny deny_status 400 if HTTP_1.1 !{ req.hdr(host) -m found }',
    'http-request del-header x-forwarded- -m beg',
    'http-request del-header forwarded',
    'option forwardfor',
    `http-request add-header X-Forwarded-Proto ${protocol}`,
    `http-request add-header X-Forwarded-Port ${acceptProxyProtocol ? '%[dst_port]' : port}`,
    'http-request del-header upgrade if { req.hdr(upgrade) -i -m sub h2c }',
  ];
}

/** Waits for the first message of TLS, but no longer than for the first byte of anything else. */
const LOOK_INTO_TLS = [
  'tcp-request inspect-delay 5s',
  'tcp-request content accept if { req.ssl_hello_type 1 } || { req.len gt 0 } !{ req.payload(0,1) -m bin 16 }',
];

function looksIntoTls({ protocol, groups }: ListenerConfig): boolean {
  return protocol === 'tcp' && groups.some(({ conditions }) => conditions.length > 0);
}

function bindOptions({ acceptProxyProtocol, certificates, protocol }: ListenerConfig): string {
  return [
    ...(acceptProxyProtocol ? [' accept-proxy'] : []),
    ...(certificates.length > 0 ? [' ssl', ...certificates.map((path) => ` crt ${path}`)] : []),
    ...(protocol === 'https' ? [' alpn h2,http/1.1'] : []),
  ].join('');
}
