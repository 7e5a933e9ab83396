/** What an answer holds on the wire: names that point to one another, hosts' addresses, and all types at once. */
import { decode } from 'dns-packet';
import { askUdp, edns, type Place, query, resolveUdp } from './queries';
import { closeAll, hundred, make } from './servers';
import { simple, zoneOf } from './zones';

const zone = zoneOf(
  simple('mail.example.com', ['10 mx-1.example.com', '20 mx-2.example.com.', '30 mx.example.org'], 'MX'),
  simple('mx-1.example.com', ['192.0.2.1']),
  simple('mx-1.example.com', ['2001:db8::1'], 'AAAA'),
  simple('mx-2.example.com', ['192.0.2.2']),
  simple('_app._tcp.example.com', ['1 1 8080 mx-1.example.com'], 'SRV'),
  simple('big.example.com', ['1 1 8080 hundred.example.com'], 'SRV'),
  simple('hundred.example.com', hundred),
  simple('both.example.com', ['192.0.2.3']),
  simple('both.example.com', ['"text"'], 'TXT', 60),
  simple('alias.example.com', ['both.example.com'], 'CNAME'),
  simple('example.com', ['"v=spf1 -all"'], 'TXT'),
);
let place: Place;
beforeAll(async () => {
  place = await make({ zone }).start();
});
afterAll(closeAll);

const additionals = async (name: string, questionType: string) =>
  (await resolveUdp(place, query(name, { questionType }))).additionals.map((record) => 'data' in record && record.data);

test('the addresses of mail servers and services come with them, as far as the zone has them', async () => {
  expect(await additionals('mail.example.com', 'MX')).toEqual(['192.0.2.1', '2001:db8::1', '192.0.2.2']);
  expect(await additionals('_app._tcp.example.com', 'SRV')).toEqual(['192.0.2.1', '2001:db8::1']);
});

test('addresses that nobody asked for never make a response too long', async () => {
  const plain = await resolveUdp(place, query('big.example.com', { questionType: 'SRV' }));
  const large = await resolveUdp(place, query('big.example.com', { questionType: 'SRV', ...edns(4096) }));

  expect(plain).toMatchObject({ flag_tc: false, additionals: [] });
  expect(plain.authorities).toHaveLength(2);
  expect(large.additionals).toHaveLength(100 + 1);
});

test('ANY gets the records of all types', async () => {
  const types = async (name: string) => {
    const { rcode, answers } = await resolveUdp(place, query(name, { questionType: 'ANY' }));
    return [rcode, ...answers.map(({ type }) => type).sort()];
  };

  expect(await types('both.example.com')).toEqual(['NOERROR', 'A', 'TXT']);
  expect(await types('example.com')).toEqual(['NOERROR', 'NS', 'NS', 'SOA', 'TXT']);
  expect(await types('_tcp.example.com')).toEqual(['NOERROR']);
  expect(await types('nobody.example.com')).toEqual(['NXDOMAIN']);
});

test('names that stand in the message already, letter by letter, are pointers to them', async () => {
  const response = (await askUdp(place, query('hundred.EXAMPLE.com', edns(4096)))) as Buffer;
  const { answers } = decode(response);

  // Header, question, 100 addresses, ns-1.example and a pointer to com, ns-2 and a pointer to example.com, OPT.
  expect(response.length).toBe(12 + 25 + 100 * 16 + (12 + 5 + 8 + 2) + (12 + 5 + 2) + 11);
  expect(new Set(answers.map(({ name }) => name))).toEqual(new Set(['hundred.EXAMPLE.com']));
});

test('whether the resolver takes DNSSEC records is repeated', async () => {
  const [opt] = edns(1232).additionals;
  const { additionals: answered } = await resolveUdp(
    place,
    query('both.example.com', { additionals: [{ ...(opt as NonNullable<typeof opt>), flags: 1 << 15 }] }),
  );

  expect(answered).toMatchObject([{ type: 'OPT', flags: 1 << 15 }]);
});
