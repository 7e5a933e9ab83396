import { Token } from 'aws-cdk-lib';
import type { ListenerConfig, TargetGroupConfig } from './engine-config';
import { checksOf } from './nginx-health';
import { digits, isHttp, upstreamOf } from './nginx-text';

/** nginx follows ten redirects within itself for one request; each question after the first is one, and the answer is one. */
const MOST_CHECKS = 8;

/** 'rise' as it is if nobody said anything of it. */
const DEFAULT_RISE = 2;

/** What of these listeners open-source nginx cannot do. */
export function nginxFaults(listeners: ListenerConfig[], streamDirectives?: string[]): string[] {
  const checks = checksOf(listeners).length;
  return [
    ...listeners.flatMap((listener) => [
      ...listenerFaults(listener),
      ...listener.groups.flatMap((group) =>
        groupFaults(group).map((fault) => `${fault} [targets ${upstreamOf(listener, group)}]`),
      ),
    ]),
    ...(checks > MOST_CHECKS
      ? [`nginx asks targets ${MOST_CHECKS} different health questions at most, got ${checks}: give groups the same path and TLS`]
      : []),
    ...(streamDirectives && listeners.every(isHttp)
      ? ['streamDirectives need a TCP or TLS listener, got none: add one, or leave them out']
      : []),
  ];
}

function listenerFaults(listener: ListenerConfig): string[] {
  const { certificates, groups } = listener;
  const names = groups.map(({ name }) => name.toLowerCase());
  const twice = groups.find(({ name }, index) => names.indexOf(name.toLowerCase()) !== index);
  const faults = [
    ...(certificates.length > 1
      ? [
          `a listener of nginx has 1 certificate, got ${certificates.length}: put all host names into one, or use ProxyEngine.haproxy()`,
        ]
      : []),
    ...(twice ? [`ids of targets must differ in more than their case for nginx, got '${twice.name}' twice: rename one`] : []),
    ...(isHttp(listener) ? [] : sameForAll(groups)),
  ];
  return faults.map((fault) => `${fault} [listener ${digits(listener.port)}]`);
}

/** In the section 'stream' these are said of a listener, not of its targets. */
function sameForAll(groups: TargetGroupConfig[]): string[] {
  const different = (of: (group: TargetGroupConfig) => unknown) =>
    new Set(groups.map((group) => JSON.stringify(of(group)))).size > 1;
  const what = [
    ...(different(({ tls }) => tls) ? ['protocol and tlsServerName'] : []),
    ...(different(({ sendProxyProtocol }) => sendProxyProtocol) ? ['sendProxyProtocol'] : []),
  ];
  return what.map(
    (each) =>
      `${each} must be the same for all targets of a TCP or TLS listener of nginx, got different ones: ` +
      'use a listener for each, or ProxyEngine.haproxy()',
  );
}

function groupFaults({ check, http, sendProxyProtocol, sources, stickiness }: TargetGroupConfig): string[] {
  const followed = sources.find(({ targets }) => targets.kind !== 'addresses')?.targets;
  return [
    ...(followed && followed.kind !== 'addresses'
      ? [`nginx follows no names while it runs, got '${followed.name}': use ProxyTargets.ipAddresses(), or ProxyEngine.haproxy()`]
      : []),
    ...(stickiness
      ? [
          `nginx has no sticky cookies, got stickinessCookieDuration: leave it out, take 'ip_hash;' in rawDirectives, or ProxyEngine.haproxy()`,
        ]
      : []),
    ...(sendProxyProtocol !== undefined && http
      ? ['nginx sends no PROXY protocol to HTTP targets, got sendProxyProtocol: leave it out, or use ProxyEngine.haproxy()']
      : []),
    ...(sendProxyProtocol === 'v2' && !http
      ? ['nginx sends the PROXY protocol in version V1 only, got V2: use ProxyProtocolVersion.V1, or ProxyEngine.haproxy()']
      : []),
    ...(check.rise !== DEFAULT_RISE && !Token.isUnresolved(check.rise)
      ? [
          `nginx tries a failed target again after fall x interval and cannot count good checks, got rise ${check.rise}: ` +
            'leave it out, or use ProxyEngine.haproxy()',
        ]
      : []),
    ...(check.path?.includes('$') && !Token.isUnresolved(check.path)
      ? [`path of a target check must hold no '$' for nginx, got '${check.path}': use another path, or ProxyEngine.haproxy()`]
      : []),
  ];
}
