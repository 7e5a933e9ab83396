import type { ListenerConfig, TargetGroupConfig, TargetSourceConfig } from './engine-config';
import { block, digits, isHttp, upstreamOf, wholeSeconds } from './nginx-text';

/** A way of balancing that a user's own line chooses. */
const METHOD = /^\s*(hash|ip_hash|least_conn|random)\b/;

/** Addresses of targets with their port. */
export function addressesOf(group: TargetGroupConfig): { place: string; source: TargetSourceConfig }[] {
  return group.sources.flatMap((source) => {
    if (source.targets.kind !== 'addresses' || group.port === undefined) return [];
    const port = digits(group.port);
    return source.targets.addresses.map((address) => ({ place: `${address}:${port}`, source }));
  });
}

/**
 * The targets of a group. Workers share what they know of them. A target that fails as often as its check says, by refusing, timing out
 * or answering nonsense, gets no traffic for as long as that many checks take.
 *
 * Idle connections to HTTP targets end before those that common servers end after 5 seconds: a request must not cross their end.
 */
export function renderUpstream(listener: ListenerConfig, group: TargetGroupConfig): string[] {
  const name = upstreamOf(listener, group);
  const { interval, fall } = group.check;
  const limits = `max_fails=${digits(fall)} fail_timeout=${wholeSeconds(interval, fall)}`;
  const balanced = isHttp(listener) || group.rawDirectives.some((line) => METHOD.test(line));
  return block(`upstream ${name}`, [
    `zone ${name} 256k;`,
    ...(balanced ? [] : ['least_conn;']),
    ...group.rawDirectives,
    ...addressesOf(group).map(({ place, source: { weight } }) => {
      if (weight === 0) return `server ${place} down;`;
      return `server ${place} ${weight === undefined ? '' : `weight=${digits(weight)} `}${limits};`;
    }),
    ...(isHttp(listener) ? ['keepalive 256;', 'keepalive_timeout 4s;'] : []),
  ]);
}
