/**
 * What an authoritative server of Route 53 answers.
 *
 * Which records a name gives is a matter of policy and health (see `select`). A CNAME is answered whatever was asked for, with what it
 * leads to within the zone. An alias is never seen: its target's records come back under its name, with their own TTL. A wildcard
 * answers for names that do not exist. Records of NS below the name of the zone give that part of it away: the answer only says to whom.
 *
 * The owner name of every record repeats the letters of the question, upper and lower case as they came (resolvers that mix case
 * to make forgery harder insist on it).
 */
import { shuffle } from '../random';
import { groupOf, isWithin, ownerOf, parentOf } from './groups';
import type { HostedZone, RecordSet, RecordType } from './records';
import { select } from './select';

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
  /** The name lies in a part of the zone that was given away, to `authorities`. */
  readonly referral?: boolean;
  /** Of a referral: addresses of those `authorities` that are held here, without which nobody could ask them. */
  readonly glue?: ResourceRecord[];
}

interface Owned {
  readonly name: string;
  readonly ttl: number;
}

export type ResourceRecord =
  /** The data as Route 53 writes it: '10 mail.example.com'. */
  (Owned & { readonly type: RecordType; readonly data: string }) | (Owned & { readonly type: 'SOA'; readonly data: Soa });

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
  const delegation = delegationOf(zone, name);
  if (delegation) {
    const cut = question.name.slice(-delegation.name.length);
    return {
      rcode: 'NOERROR',
      answers: [],
      authorities: recordsOf([delegation], cut),
      referral: true,
      glue: glueOf(zone, delegation),
    };
  }
  const { rcode, answers, complete } = follow(zones, zone, question, isHealthy, random);
  return { rcode, answers, authorities: complete ? ns : [soa] };
}

/** The records of the name; where an alias of DNS, a CNAME, stands in their place, that one and what it leads to within the zone. */
function follow(
  zones: readonly HostedZone[],
  zone: HostedZone,
  { name: asked, type }: Question,
  isHealthy: (healthCheckId: string) => boolean,
  random: () => number,
): Pick<Answer, 'rcode' | 'answers'> & { complete: boolean } {
  const answers: ResourceRecord[] = [];
  const seen = new Set<string>();
  for (let name = asked; ; ) {
    const owner = ownerOf(zone, lowerCase(name));
    if (owner === undefined) return { rcode: 'NXDOMAIN', answers, complete: false };
    const found = recordsOf(select(zone, owner, type, isHealthy, random), name);
    if (found.length > 0) return { rcode: 'NOERROR', answers: [...answers, ...shuffle(found, random)], complete: true };
    const [cname] = recordsOf(select(zone, owner, 'CNAME', isHealthy, random), name);
    if (cname?.type !== 'CNAME') return { rcode: 'NOERROR', answers, complete: false };
    answers.push(cname);
    seen.add(lowerCase(name));
    name = cname.data.replace(/\.$/, '');
    const next = lowerCase(name);
    const leaves = zoneOf(zones, next) !== zone || delegationOf(zone, next) !== undefined;
    if (leaves || seen.has(next)) return { rcode: 'NOERROR', answers, complete: true };
  }
}

function recordsOf(records: readonly RecordSet[], name: string): ResourceRecord[] {
  return records.flatMap(({ type, ttl, values }) => values.map((data): ResourceRecord => ({ name, type, ttl, data })));
}

/** The name servers that somebody else's part of the zone was given to. */
function delegationOf(zone: HostedZone, name: string): RecordSet | undefined {
  for (let cut = name; cut !== zone.name; cut = parentOf(cut)) {
    const [delegation] = groupOf(zone, cut, 'NS');
    if (delegation) return delegation;
  }
  return undefined;
}

function glueOf({ records }: HostedZone, { values }: RecordSet): ResourceRecord[] {
  const servers = values.map((value) => lowerCase(value).replace(/\.$/, ''));
  const addresses = records.filter(({ name, type }) => (type === 'A' || type === 'AAAA') && servers.includes(name));
  return addresses.flatMap((record) => recordsOf([record], record.name));
}

/** The zone that ends nearest to the name: a child zone wins over its parent. */
function zoneOf(zones: readonly HostedZone[], name: string): HostedZone | undefined {
  return zones
    .filter((zone) => isWithin(name, zone.name))
    .reduce<HostedZone | undefined>((best, zone) => (best && best.name.length >= zone.name.length ? best : zone), undefined);
}

function soaOf(zone: HostedZone): Soa {
  return { mname: zone.nameServers[0] ?? zone.name, rname: `hostmaster.${zone.name}`, ...SOA_TIMES };
}

/** Of ASCII letters only: DNS knows no other case. */
function lowerCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
