import { Token } from 'aws-cdk-lib';
import { IpAddressType } from '../fleet/ip-address-type';
import type { ConditionConfig, ListenerConfig, TargetGroupConfig } from './engine-config';
import { backendName, isHttp, listenerName, REPEATABLE_REQUEST } from './haproxy-backend';
import { section } from './haproxy-sections';

/** Answers what no group of an HTTP listener wants. */
export const NO_MATCH = 'no-match';

/** A socket for each family: one for both would tell targets of an IPv4 client as '::ffff:203.0.113.7'. */
export function binds(port: number, ipAddressType: IpAddressType, options = ''): string[] {
  const ipv4 = `bind *:${port}${options}`;
  return ipAddressType === IpAddressType.DUAL_STACK ? [ipv4, `bind :::${port} v6only${options}`] : [ipv4];
}

export function frontend(listener: ListenerConfig, ipAddressType: IpAddressType): string {
  const { maxConnections, port, rawDirectives, timeouts } = listener;
  return section(`frontend ${listenerName(listener)}`, [
    `mode ${isHttp(listener) ? 'http' : 'tcp'}`,
    ...binds(port, ipAddressType, bindOptions(listener)),
    ...(maxConnections === undefined ? [] : [`maxconn ${maxConnections}`]),
    `timeout client ${timeouts.idle}`,
    ...(isHttp(listener) ? HTTP : []),
    ...(looksIntoTls(listener) ? LOOK_INTO_TLS : []),
    ...rawDirectives,
    ...rules(listener),
  ]);
}

/** What clients said of themselves stays before what the proxy saw, as in elbv2; protocol and port are the proxy's word alone. */
const HTTP = [
  'option http-restrict-req-hdr-names reject',
  'option forwardfor',
  'http-request set-header X-Forwarded-Proto %[ssl_fc,iif(https,http)]',
  'http-request set-header X-Forwarded-Port %[dst_port]',
];

const LOOK_INTO_TLS = ['tcp-request inspect-delay 5s', 'tcp-request content accept if { req.ssl_hello_type 1 }'];

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

function rules(listener: ListenerConfig): string[] {
  const lines = listener.groups.flatMap((group, index) => rule(listener, group, `rule-${index + 1}`));
  const complete = listener.groups.some(({ conditions }) => conditions.length === 0);
  return [...lines, ...(complete || !isHttp(listener) ? [] : [`default_backend ${NO_MATCH}`])];
}

function rule(listener: ListenerConfig, group: TargetGroupConfig, name: string): string[] {
  const names = group.conditions.map((_, index) => `${name}-${index + 1}`);
  const acls = group.conditions.flatMap((condition, index) => matches(listener, condition, names[index] ?? ''));
  const all = names.join(' ');
  const use = (backend: string, condition: string) =>
    condition === '' ? `default_backend ${backend}` : `use_backend ${backend} if ${condition}`;
  if (!isHttp(listener)) return [...acls, use(backendName(listener, group), all)];
  return [
    ...acls,
    use(backendName(listener, group), [all, REPEATABLE_REQUEST].join(' ').trim()),
    use(backendName(listener, group, 'once'), all),
  ];
}

const FETCHES = {
  host: 'req.hdr(host),host_only',
  path: 'path',
};

/** Lines of one name match when one of them does. */
function matches({ protocol }: ListenerConfig, { kind, values }: ConditionConfig, name: string): string[] {
  const sni = protocol === 'tcp' ? 'req.ssl_sni' : 'ssl_fc_sni';
  const fetch = kind === 'sni' ? sni : FETCHES[kind];
  const anyCase = kind === 'path' ? '' : ' -i';
  const isPattern = (value: string) => !Token.isUnresolved(value) && /[*?]/.test(value);
  const exact = values.filter((value) => !isPattern(value));
  return [
    ...(exact.length > 0 ? [`acl ${name} ${fetch} -m str${anyCase} -- ${exact.map((value) => `'${value}'`).join(' ')}`] : []),
    ...values.filter(isPattern).map((value) => `acl ${name} ${fetch} -m reg${anyCase} -- '${expressionOf(value)}'`),
  ];
}

function expressionOf(pattern: string): string {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return `^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`;
}
