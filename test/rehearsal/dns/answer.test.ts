import { type Answer, answer } from '../../../rehearsal/dns/answer';
import type { HostedZone } from '../../../rehearsal/dns/records';
import { seededRandom } from '../../../rehearsal/random';
import { alias, multivalue, PRIMARY, record, SECONDARY, SIMPLE, simple, zoneOf } from './zones';

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

describe('a CNAME', () => {
  const zone = zoneOf(
    simple('old.example.com', ['NEW.example.com.'], 'CNAME', 30),
    simple('new.example.com', ['www.example.com'], 'CNAME', 40),
    ...multivalue('www.example.com', 2),
    simple('away.example.com', ['www.example.org'], 'CNAME'),
    simple('gone.example.com', ['nobody.example.com'], 'CNAME'),
    simple('ring.example.com', ['ring2.example.com'], 'CNAME'),
    simple('ring2.example.com', ['ring.example.com'], 'CNAME'),
  );
  const told = ({ answers }: Answer) => answers.map(({ name, type, ttl, data }) => [name, type, ttl, data]);

  test('is answered to any other question, with all that it leads to within the zone', () => {
    const result = ask(zone, 'old.example.com', 'A', ['check-2']);

    expect(told(result)).toEqual([
      ['old.example.com', 'CNAME', 30, 'NEW.example.com.'],
      ['NEW.example.com', 'CNAME', 40, 'www.example.com'],
      ['www.example.com', 'A', 60, '127.10.1.1'],
    ]);
    expect(result.rcode).toBe('NOERROR');
    expect(types(result.authorities)).toEqual(['NS', 'NS']);
  });

  test('is answered alone to a question for itself', () => {
    expect(told(ask(zone, 'old.example.com', 'CNAME'))).toEqual([['old.example.com', 'CNAME', 30, 'NEW.example.com.']]);
  });

  test('to a name of another zone is answered alone, and followed by whoever asked', () => {
    expect(told(ask(zone, 'away.example.com'))).toEqual([['away.example.com', 'CNAME', 300, 'www.example.org']]);
    expect(types(ask(zone, 'away.example.com').authorities)).toEqual(['NS', 'NS']);
  });

  test('whose target has no data of that type, or does not exist, says so', () => {
    const [empty, none] = [ask(zone, 'old.example.com', 'AAAA'), ask(zone, 'gone.example.com')];

    expect([empty.rcode, none.rcode]).toEqual(['NOERROR', 'NXDOMAIN']);
    expect(empty.answers.map(({ type }) => type)).toEqual(['CNAME', 'CNAME']);
    for (const { authorities } of [empty, none]) expect(types(authorities)).toEqual(['SOA']);
  });

  test('that leads back to itself is told as far as it goes', () => {
    expect(ask(zone, 'ring.example.com').answers.map(({ name }) => name)).toEqual(['ring.example.com', 'ring2.example.com']);
  });

  test('S4: may itself have a policy', () => {
    const pair = ['one', 'two'].map((label, index) =>
      record('app.example.com', index + 1, index === 0 ? PRIMARY : SECONDARY, {
        type: 'CNAME',
        values: [`${label}.example.org`],
      }),
    );

    expect(addresses(ask(zoneOf(...pair), 'app.example.com', 'A', ['check-1']))).toEqual(['two.example.org']);
  });
});

describe('an alias', () => {
  test('S21: is never seen: its target answers under its name, with its own TTL', () => {
    const zone = zoneOf(alias('app.example.com', 'www.example.com', SIMPLE), ...multivalue('www.example.com', 2));

    const { answers } = ask(zone, 'APP.example.com');

    expect(answers).toHaveLength(2);
    for (const each of answers) expect(each).toMatchObject({ name: 'APP.example.com', type: 'A', ttl: 60 });
  });

  test('of an address that nobody knows has no data', () => {
    const result = ask(zoneOf(alias('cdn.example.com', 'd111.cloudfront.net', SIMPLE)), 'cdn.example.com');

    expect(result).toMatchObject({ rcode: 'NOERROR', answers: [], authorities: [{ type: 'SOA' }] });
  });
});

describe('a wildcard', () => {
  const zone = zoneOf(simple('*.example.com', ['127.10.2.9']), simple('a.deep.example.com', ['127.10.2.3']));

  test.each([
    ['a name that does not exist', 'any.example.com', ['127.10.2.9']],
    ['one below it', 'more.than.any.example.com', ['127.10.2.9']],
    ['itself', '*.example.com', ['127.10.2.9']],
    ['no name that exists', 'a.deep.example.com', ['127.10.2.3']],
    ['no name that only has names below it', 'deep.example.com', []],
    ['no name below one that exists', 'b.deep.example.com', []],
  ])('answers for %s', (_, name, expected) => {
    const result = ask(zone, name);

    expect(addresses(result)).toEqual(expected);
    for (const each of result.answers) expect(each.name).toBe(name);
  });
});

test.each(['sub.example.com', 'www.sub.example.com'])('a part that was given away: %s is told to be with others', (name) => {
  const zone = zoneOf(simple('sub.example.com', ['ns.sub.example.org'], 'NS', 99));

  const result = ask(zone, name);

  expect(result).toMatchObject({ rcode: 'NOERROR', answers: [], referral: true });
  expect(result.authorities).toEqual([{ name: 'sub.example.com', type: 'NS', ttl: 99, data: 'ns.sub.example.org' }]);
});
