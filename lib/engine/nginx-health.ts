import type { IpAddressType } from '../fleet/ip-address-type';
import { DRAINING_FILE_PATH, HEALTH_PORT, HOLDER_QUERY, LEAVING_FILE_PATH, LIVE_PATH, READY_PATH } from '../private/contract';
import type { ListenerConfig, TargetGroupConfig } from './engine-config';
import { block, isHttp, listens, targetTlsLines, wholeSeconds } from './nginx-text';
import { addressesOf } from './nginx-upstreams';

/** One question to all targets that are asked the same. */
interface Check {
  readonly path?: string;
  readonly tls: TargetGroupConfig['tls'];
  /** Shortest time between two checks of one of them. */
  readonly interval: string;
  readonly places: Set<string>;
}

/** The questions that tell whether any target of an HTTP or HTTPS listener answers. */
export function checksOf(listeners: ListenerConfig[]): Check[] {
  const checks = new Map<string, Check>();
  for (const group of listeners.filter(isHttp).flatMap(({ groups }) => groups)) {
    const { tls } = group;
    const { path, interval } = group.check;
    const key = JSON.stringify([path, tls]);
    const check = checks.get(key) ?? { path, tls, interval, places: new Set() };
    checks.set(key, check);
    for (const { place, source } of addressesOf(group)) if (source.weight !== 0) check.places.add(place);
  }
  return [...checks.values()].filter(({ places }) => places.size > 0);
}

/**
 * The health port.
 *
 * The live path depends on nothing but the process. The ready path asks targets when it is asked, one question after the other until a
 * target answers well. Whoever asks waits, so targets get 40 ms to connect (a VPC takes less than 2), with TLS 120 ms for its handshake as
 * well, and half a second to answer; one that failed is left out for the time between two checks. TCP and TLS listeners cannot be judged:
 * without others, live is ready.
 *
 * A question is an 'auth_request', which lets the request through if it is answered with 2xx, and makes it an error otherwise, which
 * leads to the next. Its own complaints are not logged: they come with every probe.
 */
export function renderHealth(listeners: ListenerConfig[], ipAddressType: IpAddressType): string[] {
  const checks = checksOf(listeners);
  return [
    ...checks.flatMap(({ interval, places }, index) =>
      block(`upstream check-${index + 1}`, [
        `zone check-${index + 1} 256k;`,
        ...[...places].map((place) => `server ${place} max_fails=1 fail_timeout=${wholeSeconds(interval)};`),
      ]),
    ),
    ...block('map $args $fleet_holder', [`${HOLDER_QUERY} leaving;`, 'default "";']),
    ...block('server', [
      ...listens(HEALTH_PORT, ipAddressType),
      'error_log stderr crit;',
      'proxy_pass_request_headers off;',
      'proxy_pass_request_body off;',
      'proxy_set_header Host health-check;',
      'proxy_set_header Content-Length "";',
      'proxy_connect_timeout 40ms;',
      'proxy_send_timeout 500ms;',
      'proxy_read_timeout 500ms;',
      'proxy_next_upstream_timeout 500ms;',
      'proxy_next_upstream_tries 0;',
      ...block('location /', ['return 404;']),
      ...block(`location = ${LIVE_PATH}`, ['return 200 "live\\n";']),
      ...block(`location = ${READY_PATH}`, [
        'set $fleet_leaving "";',
        ...block(`if (-f ${LEAVING_FILE_PATH})`, ['set $fleet_leaving $fleet_holder;']),
        ...block('if ($fleet_leaving)', ['return 503 "leaving\\n";']),
        ...block(`if (-f ${DRAINING_FILE_PATH})`, ['return 503 "draining\\n";']),
        ...(checks.length === 0 ? ['return 200 "ready\\n";'] : ask(checks[0] as Check, 1)),
      ]),
      ...(checks.length === 0 ? [] : block('location @ready', ['return 200 "ready\\n";'])),
      ...checks.flatMap((check, index) => {
        const next = checks[index + 1];
        return [
          ...block(`location = /check-${index + 1}`, question(check, index + 1)),
          ...block(`location @after-${index + 1}`, [
            ...block(`if ($fleet_verdict ~ "${check.path === undefined ? '\\d$' : '3\\d\\d$'}")`, ['return 200 "ready\\n";']),
            ...(next ? ask(next, index + 2) : ['return 503 "no target answers\\n";']),
          ]),
        ];
      }),
    ]),
  ];
}

/** A connection is enough for a check without a path; otherwise the status counts. */
const ask = ({ path }: Check, number: number): string[] => [
  `auth_request /check-${number};`,
  `auth_request_set $fleet_verdict $upstream_${path === undefined ? 'connect_time' : 'status'};`,
  `error_page 401 403 500 = @after-${number};`,
  'try_files /none @ready;',
];

const question = ({ path, tls }: Check, number: number): string[] => [
  'internal;',
  'proxy_method GET;',
  ...(path === undefined
    ? []
    : ['proxy_next_upstream error timeout invalid_header http_500 http_502 http_503 http_504 http_403 http_404 http_429;']),
  ...(tls ? ['proxy_connect_timeout 120ms;'] : []),
  ...targetTlsLines(tls),
  `proxy_pass "${tls ? 'https' : 'http'}://check-${number}${path ?? '/'}";`,
];
