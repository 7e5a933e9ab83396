/**
 * Who uses a name, in two dimensions: what a client does with the addresses that it gets, and how long the resolver before it keeps an
 * answer. Every line is an assumption about somebody else's software; `source` says where it is from.
 *
 * Gotcha: nobody tries a second address once connected, because the request may have had its effect. So a proxy that accepts and
 * never answers defeats them all.
 */

/** `crash`: the port refuses; `hang`: it accepts and never answers; `black-hole`: packets are dropped. */
export const FAULTS = ['crash', 'hang', 'black-hole'] as const;
export type Fault = (typeof FAULTS)[number];

/** Seconds after which a client gives up a request. */
export const CLIENT_TIMEOUT_SECONDS = 2;

/** Requests that a client sends a second. */
export const REQUESTS_PER_SECOND = 1;

/** Seconds from a fault to the end of the repair: the slot, with its old addresses, or the machine serves again. */
export const DEFAULT_REFILL_SECONDS = 900;

export interface Behaviour {
  readonly name: string;
  /** Seconds for which the client itself keeps an answer and stays with its first address; 0 for one that asks for every request. */
  readonly ownCacheSeconds: number;
  /** In which faults it comes to the next address of the answer. */
  readonly triesNext: Readonly<Record<Fault, boolean>>;
  /** Seconds that it grants an address that is silent before it tries the next one. */
  readonly attemptSeconds: number;
  readonly explained: string;
  readonly source: string;
}

const MEASURED = 'measured against HAProxy on loopback';

export const BEHAVIOURS: readonly Behaviour[] = [
  {
    name: 'first address',
    ownCacheSeconds: 0,
    triesNext: { crash: false, hang: false, 'black-hole': false },
    attemptSeconds: CLIENT_TIMEOUT_SECONDS,
    explained: 'asks the resolver for every request, which rotates its answer, and uses the first address alone',
    source: `${MEASURED}: c-ares resolve4, Node http without autoSelectFamily`,
  },
  {
    name: 'next address',
    ownCacheSeconds: 0,
    triesNext: { crash: true, hang: false, 'black-hole': true },
    attemptSeconds: CLIENT_TIMEOUT_SECONDS,
    explained: 'tries one address after the other when no connection comes about, each with a timeout of its own',
    source: `${MEASURED}: Python urllib`,
  },
  {
    name: 'one timeout',
    ownCacheSeconds: 0,
    triesNext: { crash: true, hang: false, 'black-hole': false },
    attemptSeconds: CLIENT_TIMEOUT_SECONDS,
    explained: 'tries the next address at once when one refuses, but a silent one uses up the time of the whole request',
    source: `${MEASURED}: curl --max-time 2, Go http.Client with Timeout 2 s`,
  },
  {
    name: 'happy eyeballs',
    ownCacheSeconds: 0,
    triesNext: { crash: true, hang: false, 'black-hole': true },
    attemptSeconds: 0.25,
    explained: 'grants an address 250 ms to connect, then tries the next one',
    source: `${MEASURED}: Node 20 http, up to 282 ms an address`,
  },
  {
    name: 'sticky JVM',
    ownCacheSeconds: 30,
    triesNext: { crash: false, hang: false, 'black-hole': false },
    attemptSeconds: CLIENT_TIMEOUT_SECONDS,
    explained: 'keeps an answer for 30 s beside the resolver, and uses its first address all the time',
    source: `${MEASURED}: Java 17 HttpURLConnection; 30 s is what OpenJDK keeps an answer for unless told otherwise`,
  },
  {
    name: 'sticky browser',
    ownCacheSeconds: 60,
    triesNext: { crash: true, hang: false, 'black-hole': true },
    attemptSeconds: 0.25,
    explained: 'keeps an answer for 60 s and stays with one address, but leaves it when no connection comes about',
    source: `${MEASURED}: headless Chromium; its 60 s are inferred from two DNS queries in a run`,
  },
];

export interface ResolverCache {
  readonly name: string;
  /** Seconds for which it keeps an answer, whatever its TTL says. */
  readonly leastSeconds: number;
  /** Its clients are those that a budget is promised to. */
  readonly keepsTtl: boolean;
  readonly explained: string;
  readonly source: string;
}

export const RESOLVER_CACHES: readonly ResolverCache[] = [
  {
    name: 'TTL',
    // A TTL of 0 is played as one second.
    leastSeconds: 1,
    keepsTtl: true,
    explained: 'asks again when the TTL is over',
    source: 'unbound and dnsmasq as they come',
  },
  {
    name: '5 min',
    leastSeconds: 300,
    keepsTtl: false,
    explained: 'keeps an answer for five minutes at least',
    source:
      'a minimum such as cache-min-ttl 300 of unbound; 9 % of 8,524 resolvers extended a TTL (PAM 2023, "TTL Violation of DNS Resolvers")',
  },
  {
    name: '1 h',
    leastSeconds: 3600,
    keepsTtl: false,
    explained: 'keeps an answer for an hour at least',
    source: 'the longest minimum that dnsmasq takes (min-cache-ttl 3600); stands for all that keep an answer for very long',
  },
];
