import type { IpAddressType } from '../fleet/ip-address-type';
import { HEALTH_PORT, HOLDER_QUERY, LIVE_PATH, READY_PATH } from '../private/contract';
import type { ListenerConfig } from './engine-config';
import { backends } from './haproxy-backend';
import { binds, frontend } from './haproxy-frontend';
import { backendName, isHttp } from './haproxy-names';
import type { ConnectionReuse } from './haproxy-options';
import { NO_MATCH } from './haproxy-rules';
import { defaultsSection, globalSection, inState, resolvers, type SharedDirectives, section } from './haproxy-sections';

/**
 * Writes the configuration of HAProxy in the subset that 2.8 and 3.0 share.
 *
 * Every bind is a wildcard, so that a virtual IP's private address works from the moment the host owns it. The health frontend's
 * live path depends on nothing but the process; the ready path fails during a drain and when no target of any listener answers.
 */
export function renderHaproxyConfig(
  listeners: ListenerConfig[],
  ipAddressType: IpAddressType,
  directives: SharedDirectives,
  reuse: ConnectionReuse,
): string {
  const groups = listeners.flatMap((listener) => listener.groups);
  const named = groups.flatMap(({ sources }) =>
    sources.flatMap(({ targets }) => (targets.kind === 'addresses' ? [] : [targets])),
  );
  const partial = listeners.filter(isHttp).some((listener) => listener.groups.every(({ conditions }) => conditions.length > 0));
  return [
    globalSection(listeners, directives.global),
    defaultsSection(directives.defaults),
    ...(named.some(({ sampled }) => !sampled) ? [resolvers('vpc')] : []),
    ...(named.some(({ sampled }) => sampled) ? [resolvers('sampled')] : []),
    health(listeners, ipAddressType),
    ...listeners.flatMap((listener) => [
      frontend(listener, ipAddressType, reuse),
      ...listener.groups.flatMap((group) => backends(listener, group, reuse)),
    ]),
    ...(partial ? [section(`backend ${NO_MATCH}`, ['http-request return status 404'])] : []),
  ].join('\n');
}

function health(listeners: ListenerConfig[], ipAddressType: IpAddressType): string {
  const answer = (status: number, text: string, condition: string) =>
    `http-request return status ${status} content-type text/plain string "${text}" if ${condition}`;
  const ready = `{ path ${READY_PATH} }`;
  const backed = listeners.flatMap((listener) => listener.groups.map((group) => backendName(listener, group)));
  return section('frontend health', [
    ...binds(HEALTH_PORT, ipAddressType),
    ...backed.map((backend) => `acl ready nbsrv(${backend}) ge 1`),
    answer(200, 'live', `{ path ${LIVE_PATH} }`),
    answer(503, 'draining', `${ready} ${inState('draining')}`),
    answer(503, 'leaving', `${ready} { query ${HOLDER_QUERY} } ${inState('leaving')}`),
    answer(200, 'ready', `${ready} ready`),
    answer(503, 'no target answers', ready),
    'http-request return status 404',
  ]);
}
