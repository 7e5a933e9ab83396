/** Holds the table of `docs/engines.md` against what the engines refuse. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import {
  IpAddressType,
  ListenerCondition,
  ListenerProtocol,
  ProxyEngine,
  ProxyProtocolVersion,
  ProxyTargets,
  TargetHealthCheck,
  TargetProtocol,
} from 'cdk-proxy-fleet';
import type { ListenerConfig } from '../../lib/engine/engine-config';
import { at, certificate, listener, newStack } from './listeners';

const app = (more: Parameters<typeof at>[2]) => ({ App: at('10.0.0.5', 8080, more) });
const tls = { protocol: ListenerProtocol.TLS, certificates: [certificate()] };
const sni = { conditions: [ListenerCondition.sniHosts(['a.example.com'])], priority: 1 };
const ruled = { conditions: [ListenerCondition.hostHeaders(['a']), ListenerCondition.pathPatterns(['/b*'])], priority: 1 };
const checked = (path: string) => app({ healthCheck: TargetHealthCheck.http({ path }) });
const weighted = ProxyTargets.weighted([{ targets: ProxyTargets.ipAddresses(['10.0.0.5']), weight: 1 }]);

/** A listener that asks for a feature. */
const CASES: Record<string, () => ListenerConfig[]> = {
  'HTTP/1.1': () => [listener({ port: 80 })],
  'HTTP/2 with clients of HTTPS': () => [listener({ port: 443, certificates: [certificate()] })],
  WebSocket: () => [listener({ port: 80, tunnelTimeout: Duration.hours(2) })],
  TCP: () => [listener({ port: 5432 })],
  'TLS that ends at the proxy': () => [listener({ port: 5432, ...tls })],
  'Several certificates on one listener': () => {
    const stack = newStack();
    return [listener({ port: 443, certificates: [certificate('a', stack), certificate('b', stack)] })];
  },
  'TLS passed through by SNI': () => [listener({ port: 5432 }, app(sni))],
  'SNI conditions where TLS ends': () => [listener({ port: 5432, ...tls }, app(sni))],
  'Host and path conditions with priorities': () => [listener({ port: 80 }, app(ruled))],
  'Weighted targets': () => [listener({ port: 80 }, { App: { targets: weighted, port: 80 } })],
  'Sticky cookie': () => [listener({ port: 80 }, app({ stickinessCookieDuration: Duration.hours(1) }))],
  'PROXY protocol from clients': () => [listener({ port: 80, acceptProxyProtocol: true })],
  'PROXY protocol V1 to TCP targets': () => [listener({ port: 5432 }, app({ sendProxyProtocol: ProxyProtocolVersion.V1 }))],
  'PROXY protocol V2 to TCP targets': () => [listener({ port: 5432 }, app({ sendProxyProtocol: ProxyProtocolVersion.V2 }))],
  'PROXY protocol to HTTP targets': () => [listener({ port: 80 }, app({ sendProxyProtocol: ProxyProtocolVersion.V1 }))],
  'TLS to targets': () => [listener({ port: 80 }, app({ protocol: TargetProtocol.HTTPS, tlsServerName: 'a.example.com' }))],
  'Different TLS or PROXY protocol among groups of a TCP listener': () => [
    listener(
      { port: 5432 },
      {
        App: at('10.0.0.5', 1, { protocol: TargetProtocol.TLS, sendProxyProtocol: ProxyProtocolVersion.V1 }),
        Sni: at('10.0.0.6', 1, sni),
      },
    ),
  ],
  'Targets with fixed addresses': () => [listener({ port: 80 })],
  'Targets behind a name': () => [listener({ port: 80 }, app({ targets: ProxyTargets.dnsName('app.example.com') }))],
  'Targets behind an SRV record': () => [
    listener({ port: 80 }, app({ targets: ProxyTargets.srvRecord('_http._tcp.example.com'), port: undefined })),
  ],
  'Checks of targets': () => [listener({ port: 80 }, checked('/health'))],
  '`rise` of a check': () => [listener({ port: 80 }, app({ healthCheck: TargetHealthCheck.tcp({ rise: 3 }) }))],
  'A check path with `$`': () => [listener({ port: 80 }, checked('/a$b'))],
  'More than 8 different check paths': () =>
    Array.from({ length: 9 }, (_, index) =>
      listener({ port: 9000 + index, protocol: ListenerProtocol.HTTP }, checked(`/${index}`)),
    ),
  'Maximum of connections': () => [listener({ port: 80, maxConnections: 10 })],
  'Time limits of a listener': () => [
    listener({ port: 80, idleTimeout: Duration.seconds(2), connectTimeout: Duration.seconds(2) }),
  ],
  'X-Forwarded-For, -Proto, -Port': () => [listener({ port: 80 })],
  'Repeats of requests': () => [listener({ port: 80 })],
  'Traffic between zones': () => [listener({ port: 80 }, app({ crossZoneEnabled: true }))],
  'Ready path': () => [listener({ port: 80 }), listener({ port: 5432 })],
  'Raw directives': () => [listener({ port: 80, rawDirectives: ['# a line'] }, app({ rawDirectives: ['# another'] }))],
};

const rows = readFileSync(join(__dirname, '..', '..', 'docs', 'engines.md'), 'utf8')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => cells.length === 5 && /^(yes|no|differs)\b/.test(cells[2] ?? ''));

test('the table has a row for each feature that is looked at, and no other', () => {
  expect(rows.map(([, feature]) => feature)).toEqual(Object.keys(CASES));
});

test.each(rows.map(([, feature = '', haproxy = '', nginx = '']) => ({ feature, haproxy, nginx })))(
  '$feature: HAProxy $haproxy; nginx $nginx',
  ({ feature, haproxy, nginx }) => {
    const listeners = CASES[feature]?.() ?? [];

    for (const [engine, cell] of [
      [ProxyEngine.haproxy(), haproxy],
      [ProxyEngine.nginx(), nginx],
    ] as const) {
      const faults = engine._faults(listeners);
      expect([cell, faults.length > 0]).toEqual([cell, cell.startsWith('no')]);
      if (faults.length === 0) expect(engine._bind(listeners, IpAddressType.IPV4).files).toHaveLength(1);
    }
  },
);
