import { DRAIN_STATE_MAP_PATH, HAPROXY_SOCKET_PATH, VPC_RESOLVER } from '../private/contract';
import type { ListenerConfig } from './engine-config';

/** What a user adds to the sections that all listeners share. */
export interface SharedDirectives {
  readonly global: string[];
  readonly defaults: string[];
}

/** Descriptors that the proxy's unit grants. */
const MAX_DESCRIPTORS = 65_536;

/**
 * Most connections of a listener: with so many descriptors HAProxy serves a few more in all, pipes for splicing counted in. What is left
 * answers the health port, which else would be silent, and its proxy killed for a hung one, while connections that stay fill it.
 */
export const MAX_CONNECTIONS = 25_000;

/** Puts a section together: its title, and its lines indented. */
export function section(title: string, lines: string[]): string {
  return `${[title, ...lines.map((line) => `    ${line}`)].join('\n')}\n`;
}

/**
 * Requests are not logged (it costs a third of the throughput; frontends have no log at all, since a line below the level is written
 * before it is dropped); changes of a target's state are. How many connections it takes HAProxy
 * derives from the descriptors that its unit grants, or from `MAX_DESCRIPTORS` where there are more: a number of ours could be one
 * with which it does not start, and `haproxy -c` would not tell.
 *
 * What is not written here is HAProxy's default on purpose: at most 101 headers, which with the request line fit into 15 KB, 100 requests
 * at a time in a connection of HTTP/2, and no word of who answers.
 */
export function globalSection(listeners: ListenerConfig[], directives: string[]): string {
  return section('global', [
    'log stdout format raw daemon notice',
    'hard-stop-after 60s',
    `fd-hard-limit ${MAX_DESCRIPTORS}`,
    `stats socket ${HAPROXY_SOCKET_PATH} mode 600 level admin expose-fd listeners`,
    ...(listeners.some(({ certificates }) => certificates.length > 0) ? TLS_TO_CLIENTS : []),
    ...(listeners.some(({ groups }) => groups.some(({ tls }) => tls)) ? ['ssl-default-server-options ssl-min-ver TLSv1.2'] : []),
    ...directives,
  ]);
}

/**
 * Mozilla's intermediate recommendation without the ciphers of DHE, which need parameters of their own and which no client of today
 * lacks an alternative to. Source: Mozilla, "Security/Server Side TLS", guidelines 5.7.
 */
const TLS_TO_CLIENTS = [
  'ssl-default-bind-ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305',
  'ssl-default-bind-ciphersuites TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256',
  'ssl-default-bind-curves X25519:prime256v1:secp384r1',
  'ssl-default-bind-options prefer-client-ciphers ssl-min-ver TLSv1.2 no-tls-tickets',
];

/** Keepalives hold idle connections in tables that forget after 350 s: security groups on Nitro v6, NAT gateways, load balancers. */
const KEEPALIVES = ['cli', 'srv'].flatMap((side) => [
  `option ${side}tcpka`,
  `${side}tcpka-idle 60s`,
  `${side}tcpka-intvl 30s`,
  `${side}tcpka-cnt 3`,
]);

/**
 * What most sections say, which so leave it out: user data has no room for repetitions. Not the time-out of tunnels, which TCP would take in
 * place of its idle time.
 */
const SHARED: Readonly<Record<string, string>> = {
  mode: 'http',
  balance: 'roundrobin',
  'timeout connect': '5000ms',
  'timeout client': '60000ms',
  'timeout server': '60000ms',
};

/** A line of a section, unless all sections say so. */
export function unlessShared(directive: string, value: string): string[] {
  return SHARED[directive] === value ? [] : [`${directive} ${value}`];
}

/**
 * A retry goes to another target, if there is one, and comes at once: a request that met a closing connection may meet a second one, as
 * when a target closes all that it has.
 */
export function defaultsSection(directives: string[]): string {
  return section('defaults', [
    'log global',
    'option dontlognull',
    `maxconn ${MAX_CONNECTIONS}`,
    ...Object.entries(SHARED).map(([directive, value]) => `${directive} ${value}`),
    'option redispatch 1',
    'retries 5',
    'timeout queue 10s',
    'timeout check 2s',
    'timeout http-request 10s',
    'timeout http-keep-alive 60s',
    ...KEEPALIVES,
    ...directives,
  ]);
}

/**
 * Answers are followed within seconds, but while the resolver itself is away the last known targets stay for a day. Cloud Map answers with
 * eight targets at random, and with others once its TTL is over: there a target stays for ten minutes after the last answer that held it,
 * and checks tell whether it lives. Source: Cloud Map API reference, "DnsConfig".
 */
const OBSOLETE = { vpc: '30s', sampled: '10m' } as const;

export function resolvers(name: keyof typeof OBSOLETE): string {
  return section(`resolvers ${name}`, [
    `nameserver vpc ${VPC_RESOLVER}`,
    'accepted_payload_size 4096',
    'resolve_retries 3',
    'timeout resolve 1s',
    'timeout retry 1s',
    'hold valid 5s',
    `hold obsolete ${OBSOLETE[name]}`,
    'hold timeout 24h',
    'hold refused 24h',
    'hold other 24h',
    'hold nx 24h',
  ]);
}

/** Whether the proxy is in one of these states of a drain. */
export function inState(...states: string[]): string {
  return `{ str(state),map(${DRAIN_STATE_MAP_PATH},serving) -m str ${states.join(' ')} }`;
}
