import type { IpAddressType } from '../fleet/ip-address-type';
import { ENGINE_DIRECTORY } from '../private/contract';
import type { ListenerConfig } from './engine-config';
import { renderHealth } from './nginx-health';
import { HTTP_LINES, renderHttpListener } from './nginx-http';
import { renderStreamListener, STREAM_LINES } from './nginx-stream';
import { block, isHttp, targetTlsPolicy, tlsPolicy } from './nginx-text';

/** What a user adds to the sections that all listeners share. */
export interface NginxDirectives {
  readonly http: string[];
  readonly stream: string[];
}

/** Places that an nginx without root may write to. What the packages chose belongs to root, or is read-only under the unit. */
const TEMPORARY_PATHS = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
  (kind) => `${kind}_temp_path ${ENGINE_DIRECTORY}/${kind};`,
);

/**
 * Writes the configuration of nginx in the subset that 1.22 and 1.26 share; the latter says that 'listen ... http2' is deprecated.
 *
 * Every 'listen' is a wildcard, so that a virtual IP's private address works from the moment the host owns it. The unit allows 65,536
 * descriptors to each worker, of which connections to clients and to targets may take half.
 */
export function renderNginxConfig(
  listeners: ListenerConfig[],
  ipAddressType: IpAddressType,
  directives: NginxDirectives,
): string {
  const http = listeners.filter(isHttp);
  const stream = listeners.filter((listener) => !isHttp(listener));
  const lines = [
    'daemon off;',
    'worker_processes auto;',
    'worker_rlimit_nofile 65536;',
    'worker_shutdown_timeout 60s;',
    `pid ${ENGINE_DIRECTORY}/nginx.pid;`,
    'error_log stderr warn;',
    'pcre_jit on;',
    'include /usr/share/nginx/modules/*.conf;',
    ...block('events', ['worker_connections 32768;']),
    ...block('http', [
      ...TEMPORARY_PATHS,
      ...HTTP_LINES,
      ...(http.some(({ protocol }) => protocol === 'https') ? tlsPolicy('http') : []),
      ...targetTlsPolicy(http),
      ...directives.http,
      ...renderHealth(listeners, ipAddressType),
      ...http.flatMap((listener) => renderHttpListener(listener, ipAddressType)),
    ]),
    ...(stream.length === 0
      ? []
      : block('stream', [
          ...STREAM_LINES,
          ...(stream.some(({ protocol }) => protocol === 'tls') ? tlsPolicy('stream') : []),
          ...targetTlsPolicy(stream),
          ...directives.stream,
          ...stream.flatMap((listener) => renderStreamListener(listener, ipAddressType)),
        ])),
  ];
  return `${lines.join('\n')}\n`;
}
