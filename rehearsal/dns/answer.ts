/**
 * What an authoritative server of Route 53 answers.
 *
 * Multivalue records: all healthy ones in random order, or a random eight of them when there are more. With none healthy, up to
 * eight of the unhealthy: Route 53 fails open and never says that the name does not exist. A record without health check is healthy.
 *
 * The owner name of every record repeats the letters of the question, upper and lower case as they came (resolvers that mix case
 * to make forgery harder insist on it).
 */
import { shuffle } from '../random';
import type { HostedZone, RecordSet, RecordType } from './records';

/** Most records in one answer to a multivalue question. */
export const MAX_MULTIVALUE_ANSWERS = 8;

/** What Route 53 gives the records that it makes by itself, in seconds. */
const NS_TTL = 172_800;
const SOA_TTL = 900;
const SOA_TIMES = { serial: 1, refresh: 7_200, retry: 900, expire: 1_209_600, minimum: 86_400 };

export interface Question {
  readonly name: string;
  /** 'A', 'NS' and so on; anything that is not held here has no data. */
  readonly type: string;
}

export interface Answer {
  readonly rcode: 'NOERROR' | 'NXDOMAIN' | 'REFUSED';
  readonly answers: ResourceRecord[];
  readonly authorities: ResourceRecord[];
}

interface Owned {
  readonly name: string;
  readonly ttl: number;
}

export type ResourceRecord =
  | (Owned & { readonly type: RecordType; readonly data: string })
  | (Owned & { readonly type: 'SOA'; readonly data: Soa });

export type Soa = { readonly mname: string; readonly rname: string } & typeof SOA_TIMES;

export function answer(
  zones: readonly HostedZone[],
  question: Question,
  isHealthy: (healthCheckId: string) => boolean,
  random: () => number,
): Answer {
  const name = lowerCase(question.name);
  const zone = zoneOf(zones, name);
  if (!zone) return { rcode: 'REFUSED', answers: [], authorities: [] };
  const apex = question.name.slice(-zone.name.length);
  const soa: ResourceRecord = { name: apex, type: 'SOA', ttl: SOA_TTL, data: soaOf(zone) };
  const ns = zone.nameServers.map((server): ResourceRecord => ({ name: apex, type: 'NS', ttl: NS_TTL, data: server }));

  if (name === zone.name && question.type === 'NS') return { rcode: 'NOERROR', answers: ns, authorities: [] };
  if (name === zone.name && question.type === 'SOA') return { rcode: 'NOERROR', answers: [soa], authorities: ns };
  const records = zone.records.filter((record) => record.name === name && record.type === question.type);
  if (records.length === 0) return { rcode: exists(zone, name) ? 'NOERROR' : 'NXDOMAIN', answers: [], authorities: [soa] };
  const answers = choose(records, isHealthy, random).flatMap(({ type, ttl, values }) =>
    values.map((data): ResourceRecord => ({ name: question.name, type, ttl, data })),
  );
  return { rcode: 'NOERROR', answers: shuffle(answers, random), authorities: ns };
}

/** Of multivalue records those that are answered; a simple record stands alone. */
function choose(records: RecordSet[], isHealthy: (healthCheckId: string) => boolean, random: () => number): RecordSet[] {
  if (!records.some((record) => record.multivalue)) return records.slice(0, 1);
  const healthy = records.filter(({ healthCheckId }) => healthCheckId === undefined || isHealthy(healthCheckId));
  return shuffle(healthy.length > 0 ? healthy : records, random).slice(0, MAX_MULTIVALUE_ANSWERS);
}

/** The zone that ends nearest to the name: a child zone wins over its parent. */
function zoneOf(zones: readonly HostedZone[], name: string): HostedZone | undefined {
  return zones
    .filter((zone) => isWithin(name, zone.name))
    .reduce<HostedZone | undefined>((best, zone) => (best && best.name.length >= zone.name.length ? best : zone), undefined);
}

/** A name exists when it, or anything below it, is held: `a.b.example.com` makes `b.example.com` exist without data. */
function exists(zone: HostedZone, name: string): boolean {
  return name === zone.name || zone.records.some((record) => isWithin(record.name, name));
}

function isWithin(name: string, parent: string): boolean {
  return name === parent || name.endsWith(`.${parent}`);
}

function soaOf(zone: HostedZone): Soa {
  return { mname: zone.nameServers[0] ?? zone.name, rname: `hostmaster.${zone.name}`, ...SOA_TIMES };
}

/** Of ASCII letters only: DNS knows no other case. */
function lowerCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
