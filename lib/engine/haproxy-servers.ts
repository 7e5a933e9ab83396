import { AUTHORITIES_PATH, ZONAL_SERVER_PREFIX } from '../private/contract';
import type { TargetGroupConfig, TargetSourceConfig } from './engine-config';

/** Most addresses that a target's name may have at a time. */
const NAME_SLOTS = 32;

/** What the servers of a group have in common; those that follow other servers' checks have none of their own. */
export function defaultServer({ check, tls, sendProxyProtocol }: TargetGroupConfig, checks?: 'unchecked'): string {
  const checked = checks === undefined;
  const proxy = { v1: 'send-proxy', v2: 'send-proxy-v2' };
  return [
    'default-server',
    ...(checked ? [`check inter ${check.interval} rise ${check.rise} fall ${check.fall}`] : []),
    ...(tls ? [encryption(tls.serverName)] : []),
    ...(checked && tls?.serverName !== undefined ? [`check-sni ${tls.serverName}`] : []),
    ...(sendProxyProtocol ? [proxy[sendProxyProtocol], ...(checked ? ['check-send-proxy'] : [])] : []),
  ].join(' ');
}

/**
 * Not '@system-ca', of which HAProxy 3.0.5 (Amazon Linux 2023) takes just the first authority of each file.
 * Source: haproxy/haproxy issue 3137.
 */
function encryption(serverName?: string): string {
  if (serverName === undefined) return 'ssl verify none';
  return `ssl verify required ca-file ${AUTHORITIES_PATH} sni str(${serverName}) verifyhost ${serverName}`;
}

/**
 * The servers of a group, named so that the program that weighs them by zone finds those that it may weigh.
 *
 * @param followed backend whose servers, of the same names, are checked in place of these
 */
export function servers(group: TargetGroupConfig, followed?: string): string[] {
  const { crossZone, port, sources } = group;
  return sources.flatMap((source, index) => {
    const { targets, weight } = source;
    const prefix = `${crossZone ? 'target-' : ZONAL_SERVER_PREFIX}${sources.length === 1 ? '' : `${index + 1}-`}`;
    const end = weight === undefined ? '' : ` weight ${weight}`;
    if (targets.kind === 'addresses') {
      return targets.addresses.map((address, place) => {
        const name = `${prefix}${place + 1}`;
        return `server ${name} ${address}:${port}${followed === undefined ? '' : ` track ${followed}/${name}`}${end}`;
      });
    }
    const where = targets.kind === 'srv' ? targets.name : `${targets.name}:${port}`;
    const options = [
      `resolvers ${targets.sampled ? 'sampled' : 'vpc'}`,
      'resolve-prefer ipv4',
      ...weightOfRecord(source, crossZone),
      'init-addr none',
    ];
    return [`server-template ${prefix} ${NAME_SLOTS} ${where} ${options.join(' ')}${end}`];
  });
}

/** With every answer HAProxy sets the weight that an SRV record names, which would undo weights by zone and a user's own. */
function weightOfRecord({ targets, weight }: TargetSourceConfig, crossZone: boolean): string[] {
  return targets.kind === 'srv' && (weight !== undefined || !crossZone) ? ['resolve-opts ignore-weight'] : [];
}
