/**
 * Makes the configuration of an instance fit into a laptop: the same text but for addresses.
 *
 * On an instance binds are wildcards; here several proxies share one machine, so each binds its own loopback addresses. There is only
 * one of IPv6, so the binds of IPv6 go. Ports below
 * 1024 move up by 10,000, because an unprivileged user may not bind them. Targets become stand-ins, the VPC's resolver our DNS server,
 * and the proxy's folder one of ours.
 */

import { ENGINE_DIRECTORY } from '../../lib/private/contract';

/** An address and port. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

export interface Adaptation {
  readonly text: string;
  /** The lines that were changed, as they stand in the template. */
  readonly changed: string[];
}

/** The port on this machine for a port of the fleet. */
export function localPort(port: number): number {
  return port < 1024 ? port + 10_000 : port;
}

/** What is of this machine. */
export interface Surroundings {
  /** Loopback addresses that the proxy answers on. */
  readonly addresses: readonly string[];
  /** Stand-in of each target, by 'address:port' as it stands in the configuration. */
  readonly targets: ReadonlyMap<string, Place>;
  /** The DNS server in place of the VPC's. */
  readonly resolver: Place;
  /** The proxy's own folder, in which the state of its drain lies. */
  readonly directory: string;
}

export function adaptConfiguration(text: string, { addresses, targets, resolver, directory }: Surroundings): Adaptation {
  const changed: string[] = [];
  const lines = text.split('\n').flatMap((line) => {
    if (/^\s+bind :::\d+/.test(line)) {
      changed.push(line.trim());
      return [];
    }
    const adapted = line
      .replace(
        /^(\s+bind )\*:(\d+)/,
        (_, head: string, port: string) => head + addresses.map((a) => `${a}:${localPort(Number(port))}`).join(','),
      )
      .replace(/^(\s+server \S+ )(\S+)/, (whole, head: string, target: string) => {
        const place = targets.get(target);
        return place ? `${head}${place.address}:${place.port}` : whole;
      })
      .replace(/^(\s+nameserver \S+ )\S+/, `$1${resolver.address}:${resolver.port}`)
      .replaceAll(ENGINE_DIRECTORY, directory);
    if (adapted !== line) changed.push(line.trim());
    return adapted;
  });
  // HAProxies would share a port without a word, and then each other's traffic.
  return { text: lines.join('\n').replace(/^global$/m, 'global\n    noreuseport'), changed };
}

/** Ports that the configuration binds, in their order. */
export function portsOf(text: string): number[] {
  return [...text.matchAll(/^\s+bind \*:(\d+)/gm)].map((match) => Number(match[1]));
}

/** Targets with fixed addresses, as 'address:port'. */
export function fixedTargetsOf(text: string): string[] {
  return [...text.matchAll(/^\s+server \S+ (\S+)/gm)].map((match) => match[1] as string);
}

/** Names that are looked up, with the port of the targets behind them. */
export function namedTargetsOf(text: string): { name: string; port: number }[] {
  return [...text.matchAll(/^\s+server-template \S+ \d+ ([^\s:]+):(\d+)/gm)].map((match) => ({
    name: (match[1] as string).toLowerCase(),
    port: Number(match[2]),
  }));
}
