/**
 * Makes the configuration of an instance fit into a laptop: the same text but for addresses.
 *
 * On an instance binds are wildcards; here several proxies share one machine, so each binds its own loopback addresses. There is only
 * one of IPv6, so the binds of IPv6 go. Ports below 1024 move up by 10,000, because an unprivileged user may not bind them. Targets become
 * stand-ins, the VPC's resolver our DNS server, and the folders of the proxy and of its certificates one of ours.
 */
import { basename } from 'node:path';
import { CERTIFICATE_DIRECTORY } from '../../lib/private/contract';
import { adaptHaproxy, haproxyDoorsOf, haproxyTargetsOf } from './adapt-haproxy';
import { adaptNginx, isNginx, nginxDoorsOf, nginxTargetsOf } from './adapt-nginx';
import type { Adaptation, Door, Surroundings } from './surroundings';

export function adaptConfiguration(text: string, surroundings: Surroundings): Adaptation {
  return isNginx(text) ? adaptNginx(text, surroundings) : adaptHaproxy(text, surroundings);
}

/** What the configuration listens on, in its order: the health port first, then the listeners. */
export function doorsOf(text: string): Door[] {
  return isNginx(text) ? nginxDoorsOf(text) : haproxyDoorsOf(text);
}

/** Names of the files, without their folder, of the certificates that listeners need. */
export function certificatesOf(text: string): string[] {
  const paths = text.match(new RegExp(`${CERTIFICATE_DIRECTORY}/[^\\s;]+`, 'g')) ?? [];
  return [...new Set(paths.map((path) => basename(path)))];
}

/** Targets with fixed addresses, as 'address:port'. */
export function fixedTargetsOf(text: string): string[] {
  return isNginx(text) ? nginxTargetsOf(text) : haproxyTargetsOf(text);
}

/** A name that is looked up. */
export interface NamedTargets {
  readonly name: string;
  /** The port of the targets behind it; undefined for an SRV record, which tells it itself. */
  readonly port?: number;
}

/** Names that are looked up; nginx has none. */
export function namedTargetsOf(text: string): NamedTargets[] {
  return [...text.matchAll(/^\s+server-template \S+ \d+ ([^\s:]+)(?::(\d+))?/gm)].map(([, name = '', port]) => ({
    name: name.toLowerCase(),
    ...(port !== undefined && { port: Number(port) }),
  }));
}
