import { Tokenization } from 'aws-cdk-lib';
import { IpAddressType } from '../fleet/ip-address-type';
import { ACCEPT_QUEUE, AUTHORITIES_PATH } from '../private/contract';
import type { ListenerConfig, TargetGroupConfig } from './engine-config';

/** A line of its own, further to the right. */
export const indent = (line: string): string => `  ${line}`;

/** A section with its lines. */
export const block = (head: string, lines: string[]): string[] => [`${head} {`, ...lines.map(indent), '}'];

/** A number as text, also if only a deploy knows it. */
export const digits = (value: number): string => Tokenization.stringifyNumber(value);

export const isHttp = ({ protocol }: ListenerConfig): boolean => protocol === 'http' || protocol === 'https';

export const endsTls = ({ protocol }: ListenerConfig): boolean => protocol === 'https' || protocol === 'tls';

/** What a listener is called in names of sections. */
export const nameOf = (listener: ListenerConfig): string => `${listener.protocol}-${digits(listener.port)}`;

/** The variable that holds which group gets a request or connection. */
export const groupVariable = (listener: ListenerConfig): string => `fleet_group_${digits(listener.port)}`;

export const upstreamOf = (listener: ListenerConfig, group: TargetGroupConfig): string => `${nameOf(listener)}-${group.name}`;

/** The milliseconds of a time, undefined if only a deploy knows them. */
export function milliseconds(time: string): number | undefined {
  const [, ms] = time.match(/^(\d+)ms$/) ?? [];
  return ms === undefined ? undefined : Number(ms);
}

/** A time for directives that count in whole seconds only. */
export function wholeSeconds(time: string, factor = 1): string {
  const ms = milliseconds(time);
  return ms === undefined ? time : `${Math.ceil((ms * factor) / 1000)}s`;
}

/**
 * Sockets of a port, one for each family. Idle connections are kept awake below the 350 seconds after which connection tracking may
 * forget them. No 'reuseport': a socket for each worker would leave its queue behind with a worker that hangs, and would let a second
 * nginx start on the same ports without a word. The queue is as long as the kernel lets it be: nginx itself asks for 511.
 */
export function listens(port: number, ipAddressType: IpAddressType, ...options: string[]): string[] {
  const all = [`backlog=${ACCEPT_QUEUE}`, 'so_keepalive=5m:30s:3', ...options].join(' ');
  const ipv4 = `listen ${digits(port)} ${all};`;
  return ipAddressType === IpAddressType.DUAL_STACK ? [ipv4, `listen [::]:${digits(port)} ${all};`] : [ipv4];
}

/** Mozilla's intermediate policy. Its DHE suites are left out, which no browser since 2014 needs. Source: Mozilla "Server Side TLS". */
export const tlsPolicy = (section: string): string[] => [
  'ssl_protocols TLSv1.2 TLSv1.3;',
  `ssl_ciphers ${[
    'ECDHE-ECDSA-AES128-GCM-SHA256',
    'ECDHE-RSA-AES128-GCM-SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384',
    'ECDHE-RSA-AES256-GCM-SHA384',
    'ECDHE-ECDSA-CHACHA20-POLY1305',
    'ECDHE-RSA-CHACHA20-POLY1305',
  ].join(':')};`,
  'ssl_prefer_server_ciphers off;',
  'ssl_ecdh_curve X25519:prime256v1:secp384r1;',
  `ssl_session_cache shared:tls-${section}:10m;`,
  'ssl_session_timeout 1d;',
  'ssl_session_tickets off;',
];

/** The certificate of a listener; the file holds the key, too. */
export const certificateLines = ({ certificates: [path] }: ListenerConfig): string[] =>
  path === undefined ? [] : [`ssl_certificate ${path};`, `ssl_certificate_key ${path};`];

/** What all TLS to targets shares; nothing if there is none. */
export const targetTlsPolicy = (listeners: ListenerConfig[]): string[] =>
  listeners.some(({ groups }) => groups.some(({ tls }) => tls))
    ? ['proxy_ssl_protocols TLSv1.2 TLSv1.3;', 'proxy_ssl_verify_depth 5;', `proxy_ssl_trusted_certificate ${AUTHORITIES_PATH};`]
    : [];

/** TLS to targets, which are verified if their name is known. */
export const targetTlsLines = (tls: TargetGroupConfig['tls']): string[] =>
  tls?.serverName === undefined ? [] : ['proxy_ssl_server_name on;', `proxy_ssl_name ${tls.serverName};`, 'proxy_ssl_verify on;'];

/** The client's address as a load balancer in front tells it. */
export const realAddressLines = ({ acceptProxyProtocol }: ListenerConfig): string[] =>
  acceptProxyProtocol ? ['set_real_ip_from 0.0.0.0/0;', 'set_real_ip_from ::/0;'] : [];
