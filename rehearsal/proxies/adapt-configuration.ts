/**
 * Makes the configuration of an instance fit into a laptop: the same text but for addresses.
 *
 * On an instance binds are wildcards; here several proxies share one machine, so each binds its own loopback addresses. There is only
 * one of IPv6, so the binds of IPv6 go. Ports below 1024 move up by 10,000, because an unprivileged user may not bind them. Targets become
 * stand-ins, the VPC's resolver our DNS server, and the proxy's folder one of ours.
 */
import { adaptHaproxy, haproxyPortsOf, haproxyTargetsOf } from './adapt-haproxy';
import { adaptNginx, isNginx, nginxPortsOf, nginxTargetsOf } from './adapt-nginx';
import type { Adaptation, Surroundings } from './surroundings';

export function adaptConfiguration(text: string, surroundings: Surroundings): Adaptation {
  return isNginx(text) ? adaptNginx(text, surroundings) : adaptHaproxy(text, surroundings);
}

/** Ports that the configuration binds, in their order. */
export function portsOf(text: string): number[] {
  return isNginx(text) ? nginxPortsOf(text) : haproxyPortsOf(text);
}

/** Targets with fixed addresses, as 'address:port'. */
export function fixedTargetsOf(text: string): string[] {
  return isNginx(text) ? nginxTargetsOf(text) : haproxyTargetsOf(text);
}

/** Names that are looked up, with the port of the targets behind them; nginx has none. */
export function namedTargetsOf(text: string): { name: string; port: number }[] {
  return [...text.matchAll(/^\s+server-template \S+ \d+ ([^\s:]+):(\d+)/gm)].map((match) => ({
    name: (match[1] as string).toLowerCase(),
    port: Number(match[2]),
  }));
}
