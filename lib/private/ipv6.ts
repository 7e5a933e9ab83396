import { BlockList, isIPv6 } from 'node:net';

/** What IANA has given out for the internet, and within it what is never routed there: ORCHIDs and the former 6bone. */
const GLOBAL = blockList(['2000::', 3]);
const NOT_ROUTED = blockList(['2001:10::', 28], ['2001:20::', 28], ['3ffe::', 16]);

/** True for an IPv6 address without a zone, in any of its notations. */
export function isIpv6(address: string): boolean {
  return isIPv6(address) && !address.includes('%');
}

/**
 * True for an address that Route 53's health checkers can reach: global unicast, so neither loopback, link-local, unique local,
 * multicast nor an IPv4 address in disguise. Addresses for documentation pass, as they do in IPv4.
 *
 * Source: Route 53 API reference, `HealthCheckConfig.IPAddress` (RFC 5156).
 */
export function isPublicIpv6(address: string): boolean {
  return GLOBAL.check(address, 'ipv6') && !NOT_ROUTED.check(address, 'ipv6');
}

/** The one notation of an IPv6 address by which two can be compared (RFC 5952); anything else comes back as it is. */
export function canonicalIpv6(address: string): string {
  return isIpv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}

function blockList(...subnets: [prefix: string, bits: number][]): BlockList {
  const list = new BlockList();
  for (const [prefix, bits] of subnets) list.addSubnet(prefix, bits, 'ipv6');
  return list;
}
