import fc from 'fast-check';
import { type Answer, answer } from '../../../rehearsal/dns/answer';
import type { HostedZone } from '../../../rehearsal/dns/records';
import { seededRandom } from '../../../rehearsal/random';
import { multivalue, simple, zoneOf } from './zones';

const seed = Number(process.env.FC_SEED ?? Date.now() | 0);

function ask(zone: HostedZone, name: string, type = 'A', unhealthy: string[] = [], random = seededRandom(1)): Answer {
  return answer([zone], { name, type }, (id) => !unhealthy.includes(id), random);
}

const addresses = ({ answers }: Answer) => answers.map(({ data }) => data);
const types = (records: Answer['authorities']) => records.map(({ type }) => type);

describe('multivalue records', () => {
  test('all healthy addresses are answered, in an order that changes', () => {
    const zone = zoneOf(...multivalue('www.example.com', 4));
    const random = seededRandom(1);

    const answers = Array.from({ length: 50 }, () => addresses(ask(zone, 'www.example.com', 'A', ['check-2'], random)));

    for (const each of answers) expect([...each].sort()).toEqual(['127.10.1.1', '127.10.1.3', '127.10.1.4']);
    expect(new Set(answers.map((each) => each[0])).size).toBe(3);
  });

  test('of more than eight healthy addresses a random eight are answered, and each gets its turn', () => {
    const zone = zoneOf(...multivalue('www.example.com', 20));
    const random = seededRandom(1);
    const seen = new Set<unknown>();

    for (let query = 0; query < 100; query += 1) {
      const eight = addresses(ask(zone, 'www.example.com', 'A', ['check-5'], random));
      expect(new Set(eight).size).toBe(8);
      for (const address of eight) seen.add(address);
    }

    expect(seen.size).toBe(19);
    expect(seen).not.toContain('127.10.1.5');
  });

  test('when no address is healthy up to eight unhealthy ones are answered', () => {
    const all = Array.from({ length: 10 }, (_, index) => `check-${index + 1}`);

    const few = ask(zoneOf(...multivalue('www.example.com', 3)), 'www.example.com', 'A', all);
    const many = ask(zoneOf(...multivalue('www.example.com', 10)), 'www.example.com', 'A', all);

    expect(few.rcode).toBe('NOERROR');
    expect(addresses(few)).toHaveLength(3);
    expect(new Set(addresses(many)).size).toBe(8);
  });

  test('a record without health check is healthy', () => {
    const records = multivalue('www.example.com', 2);
    const zone = zoneOf(...records.map((record, index) => (index === 1 ? { ...record, healthCheckId: undefined } : record)));

    expect(addresses(ask(zone, 'www.example.com', 'A', ['check-1', 'check-2']))).toEqual(['127.10.1.2']);
  });

  test(`never empty, never more than eight, never unhealthy while one is healthy (FC_SEED=${seed})`, () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 1, maxLength: 30 }), fc.integer(), (healths, from) => {
        const zone = zoneOf(...multivalue('www.example.com', healths.length));
        const unhealthy = healths.flatMap((healthy, index) => (healthy ? [] : [`check-${index + 1}`]));

        const answered = addresses(ask(zone, 'www.example.com', 'A', unhealthy, seededRandom(from)));

        const healthy = healths.filter(Boolean).length;
        expect(answered).toHaveLength(Math.min(8, healthy || healths.length));
        const isBad = (address: unknown) => unhealthy.includes(`check-${String(address).split('.')[3]}`);
        expect(answered.filter(isBad)).toHaveLength(healthy ? 0 : answered.length);
      }),
      { seed },
    );
  });
});

describe('what else a zone answers', () => {
  const zone = zoneOf(
    simple('shop.example.com', ['127.10.2.1', '127.10.2.2']),
    simple('v6.example.com', ['::1'], 'AAAA'),
    simple('a.deep.example.com', ['127.10.2.3']),
  );

  test('a simple record answers all its values, whatever their number, in random order and with its own TTL', () => {
    const values = Array.from({ length: 20 }, (_, index) => `127.10.3.${index}`);

    const result = ask(zoneOf(simple('big.example.com', values, 'A', 77)), 'big.example.com');

    expect(addresses(result)).not.toEqual(values);
    expect(addresses(result).sort()).toEqual([...values].sort());
    expect(result.answers[0]).toMatchObject({ type: 'A', ttl: 77 });
  });

  test('a success names the name servers of the zone', () => {
    const { authorities } = ask(zone, 'shop.example.com');

    expect(authorities.map(({ name, type, data }) => [name, type, data])).toEqual([
      ['example.com', 'NS', 'ns-1.example.com'],
      ['example.com', 'NS', 'ns-2.example.com'],
    ]);
  });

  test.each([
    ['a name with another type', 'shop.example.com', 'AAAA', 'NOERROR'],
    ['a name that has a type nobody knows', 'shop.example.com', 'UNKNOWN_65', 'NOERROR'],
    ['a name that only has names below it', 'deep.example.com', 'A', 'NOERROR'],
    ['the name of the zone without addresses', 'example.com', 'A', 'NOERROR'],
    ['a name that does not exist', 'nobody.example.com', 'A', 'NXDOMAIN'],
    ['a name below one that exists', 'www.shop.example.com', 'A', 'NXDOMAIN'],
    ['a name that merely ends with the same letters', 'eep.example.com', 'A', 'NXDOMAIN'],
  ])('%s has no data and the SOA says for how long', (_, name, type, rcode) => {
    const result = ask(zone, name, type);

    expect(result.rcode).toBe(rcode);
    expect(result.answers).toEqual([]);
    expect(types(result.authorities)).toEqual(['SOA']);
    expect(result.authorities[0]).toMatchObject({ name: 'example.com', ttl: 900, data: { minimum: 86_400 } });
  });

  test('the apex answers NS and SOA', () => {
    expect(addresses(ask(zone, 'example.com', 'NS'))).toEqual(['ns-1.example.com', 'ns-2.example.com']);
    expect(ask(zone, 'example.com', 'SOA').answers[0]).toMatchObject({ type: 'SOA', data: { mname: 'ns-1.example.com' } });
    expect(types(ask(zone, 'example.com', 'SOA').authorities)).toEqual(['NS', 'NS']);
  });

  test.each(['other.org', 'com', '.', 'badexample.com'])('refuses %s, which is in none of its zones', (name) => {
    expect(ask(zone, name)).toEqual({ rcode: 'REFUSED', answers: [], authorities: [] });
  });

  test('the zone nearest to the name answers', () => {
    const child: HostedZone = { id: 'Z2', name: 'deep.example.com', records: [], nameServers: ['ns.deep.example.com'] };

    const result = answer([zone, child], { name: 'a.deep.example.com', type: 'A' }, () => true, seededRandom(1));

    expect(result.rcode).toBe('NXDOMAIN');
    expect(result.authorities[0]).toMatchObject({ name: 'deep.example.com' });
  });

  test('upper and lower case do not matter, and come back as they were asked', () => {
    const result = ask(zone, 'sHoP.ExAmPlE.cOm');

    expect(addresses(result).sort()).toEqual(['127.10.2.1', '127.10.2.2']);
    expect(new Set(result.answers.map(({ name }) => name))).toEqual(new Set(['sHoP.ExAmPlE.cOm']));
    expect(new Set(result.authorities.map(({ name }) => name))).toEqual(new Set(['ExAmPlE.cOm']));
  });
});
