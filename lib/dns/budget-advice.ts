import {
  ASSUMED_ADDRESS_MOVE_SECONDS,
  ASSUMED_PROPAGATION_SECONDS,
  type CheckTiming,
  checkDetectionSeconds,
  heartbeatDetectionSeconds,
  SWEEP_SECONDS,
} from '../private/contract';
import { RECORDS_LOOK_SECONDS, RECORDS_PROPAGATION_SECONDS } from '../private/records-contract';
import { DECISION_SECONDS } from '../private/takeover-contract';

/** Names the props that bring a budget down to so many seconds, or says that none does: what follows a colon in a warning. */
export type BudgetAdvice = (maxSeconds: number) => string;

/** What decides how long DNS takes. */
export interface DnsSettings extends CheckTiming {
  readonly ttlSeconds: number;
}

/** Whose health check it is. What outlives a primary is no virtual IP of it. */
export type DnsSubject = 'endpoint' | 'primary';

/** Below it, many resolvers keep an answer longer than they are told. */
const SHORTEST_TTL_SECONDS = 10;
const SHORTEST_INTERVAL_SECONDS = 10;

/** VRRP counts in hundredths of a second. */
const HEARTBEAT_STEP_MS = 10;
const HEARTBEATS_OF_SILENCE = 4;

const MOVE_SECONDS = DECISION_SECONDS + ASSUMED_ADDRESS_MOVE_SECONDS;
const SHORTEST_TAKEOVER_SECONDS = heartbeatDetectionSeconds(0) + MOVE_SECONDS;

/** A prop that makes DNS quicker. */
interface Lever {
  /** As far as it goes. */
  readonly pull: (now: DnsSettings) => DnsSettings;
  /** Back, by no more than so many seconds. */
  readonly ease: (pulled: DnsSettings, before: DnsSettings, seconds: number) => DnsSettings;
  /** The prop and its value; `of` tells whose health check it is. */
  readonly text: (wanted: DnsSettings, of: string) => string;
}

/** The cheapest first: queries cost little, another type nothing but a path that answers, quick checks a fee, and a low threshold calm. */
const LEVERS: readonly Lever[] = [
  {
    pull: (now) => ({ ...now, ttlSeconds: Math.min(now.ttlSeconds, SHORTEST_TTL_SECONDS) }),
    ease: (pulled, before, seconds) => ({
      ...pulled,
      ttlSeconds: Math.min(before.ttlSeconds, pulled.ttlSeconds + Math.floor(seconds)),
    }),
    text: ({ ttlSeconds }) => `ttl to Duration.seconds(${ttlSeconds})`,
  },
  {
    pull: (now) => (now.type === 'TCP' ? { ...now, type: 'HTTP' } : now),
    ease: (pulled) => pulled,
    text: (_, of) => `healthCheck${of} to one of ProxyHealthCheck.http()`,
  },
  {
    pull: (now) => ({ ...now, requestInterval: SHORTEST_INTERVAL_SECONDS }),
    ease: (pulled) => pulled,
    text: ({ requestInterval }, of) => `healthCheck.interval${of} to Duration.seconds(${requestInterval})`,
  },
  {
    pull: (now) => ({ ...now, failureThreshold: 1 }),
    ease: (pulled, before, seconds) => ({
      ...pulled,
      failureThreshold: Math.min(
        before.failureThreshold,
        pulled.failureThreshold + Math.floor(seconds / checkDetectionSeconds({ ...pulled, failureThreshold: 1 })),
      ),
    }),
    text: ({ failureThreshold }, of) => `healthCheck.failureThreshold${of} to ${failureThreshold}`,
  },
];

export function adviseDns(settings: DnsSettings, subject: DnsSubject): BudgetAdvice {
  return (maxSeconds) => {
    const changes = changesWithin(maxSeconds, settings, subject);
    return changes ? `set ${changes.join(' and ')}` : beyondDns(maxSeconds, settings, subject);
  };
}

/** An alias is judged by AWS in ways that no prop changes; addresses are judged by a health check. */
export function adviseAlias(byAddresses: DnsSettings): BudgetAdvice {
  return (maxSeconds) => {
    const changes = changesWithin(maxSeconds, byAddresses, 'primary');
    if (!changes) return beyondDns(maxSeconds, byAddresses, 'primary');
    return `set ${['primary to one of FailoverBranch.addresses()', ...changes].join(' and ')}`;
  };
}

/** A takeover has one lever only, which all virtual IPs of a fleet share, and most of it is not ours. */
export function adviseVirtualIp(maxSeconds: number): string {
  if (maxSeconds < SHORTEST_TAKEOVER_SECONDS) {
    return `no prop makes a takeover quicker than ${SHORTEST_TAKEOVER_SECONDS} s, which every maxOutage must allow for`;
  }
  const silenceMs = Math.floor(maxSeconds - MOVE_SECONDS) * 1000;
  const steps = Math.floor(silenceMs / HEARTBEATS_OF_SILENCE / HEARTBEAT_STEP_MS);
  return `set heartbeat of the fleet's virtual IPs to Duration.millis(${steps * HEARTBEAT_STEP_MS})`;
}

/** Only the TTL is the user's. */
export function advisePrivateRecords(maxSeconds: number): string {
  const fixed = SWEEP_SECONDS + RECORDS_LOOK_SECONDS + RECORDS_PROPAGATION_SECONDS;
  const shortest = fixed + SHORTEST_TTL_SECONDS;
  return maxSeconds >= shortest
    ? `set ttl to Duration.seconds(${Math.floor(maxSeconds - fixed)})`
    : `records of private proxies cannot, they take ${shortest} s with a ttl that resolvers keep to, which every maxOutage must allow for`;
}

/** As few levers as possible, and of as many the cheaper ones; each pulled no further than it must. None where all are not enough. */
function changesWithin(maxSeconds: number, settings: DnsSettings, subject: DnsSubject): string[] | undefined {
  const choices = Array.from({ length: 2 ** LEVERS.length }, (_, mask) => LEVERS.filter((_lever, bit) => mask & (1 << bit)));
  const enough = choices
    .sort((one, other) => one.length - other.length)
    .find((levers) => totalSeconds(pullAll(levers, settings)) <= maxSeconds);
  if (!enough) return undefined;
  const wanted = enough.reduceRight(
    (pulled, lever) => lever.ease(pulled, settings, maxSeconds - totalSeconds(pulled)),
    pullAll(enough, settings),
  );
  return enough.map((lever) => lever.text(wanted, subject === 'primary' ? ' of primary' : ''));
}

function beyondDns(maxSeconds: number, settings: DnsSettings, subject: DnsSubject): string {
  const best = totalSeconds(pullAll(LEVERS, settings));
  const cannot = `DNS cannot, it takes ${best} s with the quickest health check and a ttl that resolvers keep to`;
  if (subject === 'primary') return `${cannot}, which every maxOutage must allow for`;
  return maxSeconds < SHORTEST_TAKEOVER_SECONDS
    ? `${cannot}, and a VirtualIp takes ${SHORTEST_TAKEOVER_SECONDS} s, which every maxOutage must allow for`
    : `${cannot}, but a VirtualIp can, which takes ${SHORTEST_TAKEOVER_SECONDS} s`;
}

function pullAll(levers: readonly Lever[], settings: DnsSettings): DnsSettings {
  return levers.reduce((now, lever) => lever.pull(now), settings);
}

function totalSeconds(settings: DnsSettings): number {
  return checkDetectionSeconds(settings) + ASSUMED_PROPAGATION_SECONDS + settings.ttlSeconds;
}
