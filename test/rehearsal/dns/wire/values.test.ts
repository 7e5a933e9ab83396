/** Each value is written here and read by dns-packet, which was not written here. */
import { decode } from 'dns-packet';
import { writeResponse } from '../../../../rehearsal/dns/wire/message';
import { TYPES, typeCode, typeName, valueParts } from '../../../../rehearsal/dns/wire/values';

function readBack(type: string, data: string): unknown {
  const question = Buffer.from('036161610000010001', 'hex');
  const records = { answers: [{ name: 'aaa', type, ttl: 9, data }], authorities: [], additionals: [] };
  const [answer] = decode(writeResponse({ id: 1, flags: 1 << 15, question, ...records })).answers;
  expect(answer).toMatchObject({ name: 'aaa', ttl: 9 });
  return answer?.data;
}

test.each([
  ['A', '192.0.2.1', '192.0.2.1'],
  ['AAAA', '2001:db8::1', '2001:db8::1'],
  ['AAAA', '::', '::'],
  ['AAAA', '1::', '1::'],
  ['AAAA', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
  ['AAAA', '2001:0DB8:0:0:1::0', '2001:db8::1:0:0:0'],
  ['AAAA', '64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
  ['CNAME', 'www.example.com.', 'www.example.com'],
  ['PTR', 'host.example.com', 'host.example.com'],
  ['NS', 'ns-1.example.com', 'ns-1.example.com'],
  ['MX', '10 mail.example.com', { preference: 10, exchange: 'mail.example.com' }],
  ['SRV', '1 20 5269 xmpp.example.com', { priority: 1, weight: 20, port: 5269, target: 'xmpp.example.com' }],
  ['SRV', '0 0 0 .', { target: '.' }],
  ['CAA', '0 issue "ca.example.net; policy=ev"', { flags: 0, tag: 'issue', value: 'ca.example.net; policy=ev' }],
  ['CAA', '128 iodef "mailto:security@example.com"', { flags: 128, issuerCritical: true, tag: 'iodef' }],
  [
    'NAPTR',
    '100 50 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .',
    { order: 100, preference: 50, flags: 'u', services: 'E2U+sip', regexp: '!^.*$!sip:info@example.com!', replacement: '.' },
  ],
  [
    'DS',
    '12345 3 1 12345678ABCDEF',
    { keyTag: 12345, algorithm: 3, digestType: 1, digest: Buffer.from('12345678abcdef', 'hex') },
  ],
  [
    'SSHFP',
    '1 1 09f6a01d2175742b257c6b98b7c72c44c4040683',
    { algorithm: 1, hash: 1, fingerprint: '09F6A01D2175742B257C6B98B7C72C44C4040683' },
  ],
  ['TLSA', '3 1 2 abcd', { usage: 3, selector: 1, matchingType: 2, certificate: Buffer.from('abcd', 'hex') }],
  [
    'SOA',
    'ns-1.example.com hostmaster.example.com 1 7200 900 1209600 86400',
    { mname: 'ns-1.example.com', rname: 'hostmaster.example.com', serial: 1, refresh: 7200, expire: 1_209_600, minimum: 86_400 },
  ],
])('%s %s is read as it was meant', (type, value, expected) => {
  const data = readBack(type, value);

  if (typeof expected === 'string') expect(data).toBe(expected);
  else expect(data).toMatchObject(expected);
});

test.each([
  ['"v=spf1 ip4:192.0.2.0/24 -all"', ['v=spf1 ip4:192.0.2.0/24 -all']],
  ['"first" "second"', ['first', 'second']],
  ['"with \\"quotes\\" and \\\\ in it"', ['with "quotes" and \\ in it']],
  ['""', ['']],
  // Octal, as Route 53 counts: 344 is the byte that Latin-1 calls ä.
  ['"ex\\344mple"', ['ex\xe4mple']],
  [`"${'a'.repeat(255)}"`, ['a'.repeat(255)]],
])('TXT %s', (value, strings) => {
  expect((readBack('TXT', value) as Buffer[]).map((each) => each.toString('latin1'))).toEqual(strings);
});

test.each([
  ['A', '192.0.2.256', "'192.0.2.256' is no IPv4 address"],
  ['A', '192.0.2.1 192.0.2.2', 'it has 2 parts'],
  ['A', '', 'it has 0 parts'],
  ['AAAA', '192.0.2.1', "'192.0.2.1' is no IPv6 address"],
  ['AAAA', 'fe80::1%eth0', "'fe80::1%eth0' is no IPv6 address"],
  ['MX', 'mail.example.com', 'it has 1 parts'],
  ['MX', 'ten mail.example.com', "'ten' is no number of 2 bytes"],
  ['SRV', '1 1 65536 host.example.com', "'65536' is no number of 2 bytes"],
  ['CNAME', 'a..b', "a name must have labels of 1 to 63 bytes and 255 in all, got 'a..b'"],
  ['TXT', 'no quotes', "'no' must be in quotation marks"],
  ['TXT', '"open', "quotation marks must come in pairs with blanks around, got '\"open'"],
  ['TXT', '"a""b"', 'quotation marks must come in pairs with blanks around, got \'"a""b"\''],
  ['TXT', `"${'a'.repeat(256)}"`, 'a string must have 255 bytes at most, got 256: split it into several'],
  ['CAA', '0 issue ca.example.net', "'ca.example.net' must be in quotation marks"],
  ['DS', '1 1 1 xyz', "'xyz' is not hexadecimal"],
])('%s %s is refused', (type, value, reason) => {
  expect(() => valueParts(type, value)).toThrow(`got ${value}: ${reason}`);
});

test('the error shows how such a value looks', () => {
  expect(() => valueParts('MX', 'x')).toThrow('the value of a record of type MX must be like 10 mail.example.com, got x');
  expect(() => valueParts('HTTPS', '1 .')).toThrow(`the type of a record must be one of ${TYPES.join(', ')}, got HTTPS`);
});

test('types have names and numbers, also those that cannot be answered', () => {
  for (const type of TYPES) expect(typeName(typeCode(type))).toBe(type);
  expect([typeName(255), typeName(65), typeName(60_000)]).toEqual(['ANY', 'TYPE65', 'TYPE60000']);
});
