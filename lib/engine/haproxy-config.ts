import { IpAddressType } from '../fleet/ip-address-type';
import { HEALTH_PORT, LIVE_PATH, READY_PATH, VPC_RESOLVER } from '../private/contract';
import type { ListenerConfig, TargetGroupConfig } from './engine-config';

/** Most addresses that a target's name may have at a time. */
const NAME_SLOTS = 32;

/** Requests are not logged (it costs a third of the throughput); changes of a target's state are. */
const HEAD = `global
    log stdout format raw daemon notice
    hard-stop-after 60s

defaults
    log global
    option dontlognull
    option redispatch
    retries 2
    timeout connect 5s
    timeout client 60s
    timeout server 60s
    timeout queue 10s
    timeout check 2s
    timeout http-request 10s
    timeout http-keep-alive 10s
`;

/**
 * Writes the configuration of HAProxy in the subset that 2.8 and 3.0 share.
 *
 * Every bind is a wildcard, so that a virtual IP's private address works from the moment the host owns it. The health frontend's
 * live path depends on nothing but the process; the ready path fails when no target of any listener answers.
 */
export function renderHaproxyConfig(listeners: ListenerConfig[], ipAddressType: IpAddressType): string {
  const bind = (port: number) => binds(port, ipAddressType);
  const resolvers = listeners.some(({ groups }) =>
    groups.some(({ sources }) => sources.some(({ targets }) => targets.kind !== 'addresses')),
  )
    ? [RESOLVERS]
    : [];
  return [HEAD, ...resolvers, health(listeners, bind), ...listeners.map((listener) => traffic(listener, bind))].join('\n');
}

/** Answers are followed within seconds, but while the resolver itself is away the last known targets stay for a day. */
const RESOLVERS = `resolvers vpc
    nameserver vpc ${VPC_RESOLVER}
    accepted_payload_size 4096
    resolve_retries 3
    timeout resolve 1s
    timeout retry 1s
    hold valid 5s
    hold obsolete 30s
    hold timeout 24h
    hold refused 24h
    hold other 24h
    hold nx 24h
`;

type Bind = (port: number) => string[];

/** A socket for each family: one for both would tell targets of an IPv4 client as '::ffff:203.0.113.7'. */
function binds(port: number, ipAddressType: IpAddressType): string[] {
  const ipv4 = `    bind *:${port}`;
  return ipAddressType === IpAddressType.DUAL_STACK ? [ipv4, `    bind :::${port} v6only`] : [ipv4];
}

const name = (listener: ListenerConfig) => `${isHttp(listener) ? 'http' : 'tcp'}-${listener.port}`;
const isHttp = ({ protocol }: ListenerConfig) => protocol === 'http' || protocol === 'https';
const backendOf = (listener: ListenerConfig, group: TargetGroupConfig) => `${name(listener)}-${group.name}`;

function health(listeners: ListenerConfig[], bind: Bind): string {
  const ready = listeners.flatMap((listener) =>
    listener.groups.map((group) => `    acl ready nbsrv(${backendOf(listener, group)}) ge 1`),
  );
  return `frontend health
    mode http
${bind(HEALTH_PORT).join('\n')}
${ready.join('\n')}
    http-request return status 200 content-type text/plain string "live" if { path ${LIVE_PATH} }
    http-request return status 200 content-type text/plain string "ready" if { path ${READY_PATH} } ready
    http-request return status 503 content-type text/plain string "no target answers" if { path ${READY_PATH} }
    http-request return status 404
`;
}

function traffic(listener: ListenerConfig, bind: Bind): string {
  const { port } = listener;
  const mode = isHttp(listener) ? 'http' : 'tcp';
  const lines = [
    `frontend ${name(listener)}`,
    `    mode ${mode}`,
    ...bind(port),
    ...(isHttp(listener)
      ? [
          '    option http-restrict-req-hdr-names reject',
          '    option forwardfor',
          '    http-request set-header X-Forwarded-Proto http',
        ]
      : []),
    ...listener.groups.map((group) => `    default_backend ${backendOf(listener, group)}`),
  ];
  return `${lines.join('\n')}\n\n${listener.groups.map((group) => backend(listener, group, mode)).join('\n')}`;
}

function backend(listener: ListenerConfig, group: TargetGroupConfig, mode: string): string {
  const { check, port, sources } = group;
  const lines = [
    `backend ${backendOf(listener, group)}`,
    `    mode ${mode}`,
    `    balance ${isHttp(listener) ? 'roundrobin' : 'leastconn'}`,
    ...(check.path === undefined
      ? []
      : [
          '    option httpchk',
          `    http-check send meth GET uri ${check.path} ver HTTP/1.1 hdr Host health-check`,
          '    http-check expect status 200-399',
        ]),
    `    default-server check inter ${check.interval} rise ${check.rise} fall ${check.fall}`,
    ...sources.flatMap(({ targets }) =>
      targets.kind === 'addresses'
        ? targets.addresses.map((address, index) => `    server target-${index + 1} ${address}:${port}`)
        : [`    server-template target- ${NAME_SLOTS} ${targets.name}:${port} resolvers vpc resolve-prefer ipv4 init-addr none`],
    ),
  ];
  return `${lines.join('\n')}\n`;
}
