/** dig of BIND, kdig of Knot and drill of NLnet Labs: three implementations that read every byte of a response their own way. */
import type { Place } from './queries';
import { describeWith, output, realZone } from './real-clients';
import { closeAll, make } from './servers';

const COMPLAINTS = /WARNING|malformed|extra bytes|unexpected|mismatch/i;
let place: Place;
beforeAll(async () => {
  place = await make({ zone: realZone, timeScale: 1 }).start();
});
afterAll(closeAll);

const lines = (text: string) => text.trim().split('\n').sort();

describeWith('dig', '-v')('dig', () => {
  const dig = (...args: string[]) =>
    output('dig', `@${place.address}`, '-p', String(place.port), '+norecurse', '+tries=1', '+time=2', ...args);
  const values = async (...args: string[]) => lines(await dig('+short', ...args));

  test.each([
    ['www.example.com', 'A', ['127.10.1.1', '127.10.1.2', '127.10.1.3']],
    ['v6.example.com', 'AAAA', ['2001:db8::1', '2001:db8::c000:201']],
    ['example.com', 'MX', ['10 mail.example.com.', '20 backup.example.net.']],
    ['example.com', 'NS', ['ns-1.example.com.', 'ns-2.example.com.']],
    ['example.com', 'SOA', ['ns-1.example.com. hostmaster.example.com. 1 7200 900 1209600 86400']],
    // In decimal, as everybody but Route 53 counts.
    ['text.example.com', 'TXT', ['"ex\\228mple"', '"v=spf1 -all" "and \\"more\\""']],
    ['_app._tcp.example.com', 'SRV', ['1 20 8080 www.example.com.']],
    ['ca.example.com', 'CAA', ['0 issue "ca.example.net"', '128 iodef "mailto:security@example.com"']],
    ['naptr.example.com', 'NAPTR', ['100 50 "u" "E2U+sip" "!^.*$!sip:info@example.com!" .']],
    ['1.2.0.192.example.com', 'PTR', ['www.example.com.']],
    ['key.example.com', 'DS', ['12345 13 2 49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE49FD46E6C4B45C55 D4AC69CB']],
    ['ssh.example.com', 'SSHFP', ['4 2 49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE49FD46E6C4B45C55 D4AC69CB']],
    ['_443._tcp.example.com', 'TLSA', ['3 1 1 49FD46E6C4B45C55D4AC69CBD3CD34AC1AFE51DE49FD46E6C4B45C55 D4AC69CB']],
  ])('%s %s', async (name, type, expected) => {
    expect(await values(name, type)).toEqual(expected);
  });

  test.each([
    ['without EDNS', ['+noedns'], /Truncated, retrying in TCP mode[\s\S]*ANSWER: 100, AUTHORITY: 2, ADDITIONAL: 0/],
    ['with 512 bytes', ['+bufsize=512'], /Truncated, retrying in TCP mode[\s\S]*ANSWER: 100, AUTHORITY: 2, ADDITIONAL: 1/],
    ['with 1232 bytes', ['+bufsize=1232'], /Truncated, retrying in TCP mode[\s\S]*ANSWER: 100/],
    ['with 4096 bytes', ['+bufsize=4096'], /ANSWER: 100, AUTHORITY: 2[\s\S]*\(UDP\)/],
    ['over TCP', ['+tcp'], /ANSWER: 100, AUTHORITY: 2[\s\S]*\(TCP\)/],
    ['truncated', ['+noedns', '+ignore'], /flags: qr aa tc;[\s\S]*ANSWER: 0/],
  ])('a hundred addresses %s', async (_, args, expected) => {
    const text = await dig('hundred.example.com', ...args);

    expect(text).toMatch(expected);
    expect(text).not.toMatch(COMPLAINTS);
  });

  test('what is more than 4096 bytes comes over TCP only', async () => {
    expect(await dig('four-hundred.example.com', '+bufsize=65535')).toMatch(/retrying in TCP mode[\s\S]*ANSWER: 400/);
  });

  test.each([
    ['+nsid'],
    ['+cookie=0123456789abcdef'],
    ['+subnet=192.0.2.0/24'],
    ['+subnet=2001:db8::/56'],
    ['+ednsopt=65001:00ff'],
    ['+padding=128'],
    ['+expire'],
    ['+keepalive', '+tcp'],
    ['+dnssec'],
    ['+cdflag', '+adflag'],
    ['+zflag'],
    ['+recurse'],
  ])('%s changes nothing', async (...args) => {
    const text = await dig('www.example.com', ...args);

    expect(text).toMatch(/status: NOERROR[\s\S]*ANSWER: 3, AUTHORITY: 2, ADDITIONAL: 1/);
    expect(text.replace(/recursion requested but not available/, '')).not.toMatch(/malformed|extra bytes|unexpected/i);
  });

  test.each([
    ['a name that does not exist', ['nobody.example.com'], /status: NXDOMAIN[\s\S]*AUTHORITY: 1[\s\S]*\t900\tIN\tSOA/],
    [
      'a type that the name has not',
      ['www.example.com', 'AAAA'],
      /status: NOERROR[\s\S]*ANSWER: 0, AUTHORITY: 1[\s\S]*\t900\tIN\tSOA/,
    ],
    ['a name between names', ['_tcp.example.com'], /status: NOERROR[\s\S]*ANSWER: 0, AUTHORITY: 1/],
    ['HTTPS', ['www.example.com', 'HTTPS'], /status: NOERROR[\s\S]*ANSWER: 0, AUTHORITY: 1/],
    ['an unknown type', ['www.example.com', 'TYPE65280'], /status: NOERROR[\s\S]*ANSWER: 0, AUTHORITY: 1/],
    ['ANY', ['example.com', 'ANY'], /status: NOERROR[\s\S]*ANSWER: 5/],
    ['another class', ['-c', 'CH', 'www.example.com'], /status: REFUSED/],
    ['a zone of somebody else', ['www.example.org'], /status: REFUSED[\s\S]*ANSWER: 0, AUTHORITY: 0/],
    ['a transfer', ['-t', 'AXFR', 'example.com'], /Transfer failed/],
    ['another operation', ['+opcode=STATUS', 'www.example.com'], /opcode: STATUS, status: NOTIMP/],
    ['EDNS of the future', ['+edns=1', '+noednsnegotiation', 'www.example.com'], /status: BADVERS/],
    ['EDNS flags of the future', ['+ednsflags=0x0040', 'www.example.com'], /status: NOERROR/],
    ['no question', ['+header-only'], /status: FORMERR/],
  ])('%s', async (_, args, expected) => {
    expect(await dig(...args)).toMatch(expected);
  });

  test('several queries over one connection', async () => {
    const text = await dig('+tcp', '+keepopen', '+short', 'www.example.com', 'hundred.example.com', 'mail.example.com');

    expect(lines(text)).toHaveLength(3 + 100 + 1);
  });

  test('mixed case comes back letter by letter', async () => {
    expect(await dig('+noall', '+answer', '+question', 'wWw.eXample.COM')).toMatch(/^(;?wWw\.eXample\.COM\.\s.*\n){4}$/m);
  });

  test('a name of bytes that are no letters does not exist', async () => {
    expect(await dig('\\000\\255\\.x.example.com')).toMatch(/status: NXDOMAIN/);
  });
});

describeWith('kdig', '-V')('kdig', () => {
  const kdig = (...args: string[]) =>
    output('kdig', `@${place.address}`, '-p', String(place.port), '+norec', '+retry=0', '+time=2', ...args);

  test.each([
    ['plain', ['www.example.com'], /NOERROR[\s\S]*ANSWER: 3; AUTHORITY: 2; ADDITIONAL: 0[\s\S]*\(UDP\)/],
    ['over TCP', ['www.example.com', '+tcp'], /ANSWER: 3; AUTHORITY: 2[\s\S]*\(TCP\)/],
    [
      'over a TCP connection that stays',
      ['+tcp', '+keepopen', 'www.example.com', 'mail.example.com'],
      /ANSWER: 3[\s\S]*ANSWER: 1/,
    ],
    ['truncated', ['hundred.example.com', '+ignore'], /Flags: qr aa tc;[\s\S]*ANSWER: 0/],
    ['truncated and again over TCP', ['hundred.example.com'], /ANSWER: 100[\s\S]*\(TCP\)[\s\S]*truncated reply/],
    [
      'with EDNS',
      ['hundred.example.com', '+bufsize=4096'],
      /Version: 0;[^\n]*4096 B[\s\S]*ANSWER: 100|ANSWER: 100[\s\S]*Version: 0/,
    ],
    [
      'with an identifier, a subnet, a cookie and padding',
      ['www.example.com', '+nsid', '+subnet=192.0.2.0/24', '+cookie', '+padding'],
      /ANSWER: 3/,
    ],
    ['DNSSEC', ['www.example.com', '+dnssec'], /ANSWER: 3[\s\S]*flags: do/],
    ['EDNS of the future', ['www.example.com', '+edns=1'], /BADVERS/],
    ['another class', ['www.example.com', '-c', 'CH'], /REFUSED/],
    ['all types', ['text.example.com', 'ANY'], /TXT\s+"v=spf1 -all" "and \\"more\\""/],
    ['a transfer', ['example.com', 'AXFR'], /REFUSED/],
  ])('%s', async (_, args, expected) => {
    const text = await kdig(...args);

    expect(text).toMatch(expected);
    expect(text.replace(/WARNING: truncated reply/, '')).not.toMatch(COMPLAINTS);
  });
});

describeWith('drill', '-v')('drill', () => {
  const drill = (...args: string[]) => output('drill', '-p', String(place.port), '-o', 'rd', ...args, `@${place.address}`);

  test.each([
    ['plain', ['www.example.com'], /NOERROR[\s\S]*ANSWER: 3, AUTHORITY: 2/],
    ['over TCP', ['-t', 'hundred.example.com'], /ANSWER: 100, AUTHORITY: 2/],
    ['truncated, then with EDNS', ['-a', 'hundred.example.com'], /ANSWER: 100/],
    ['with 4096 bytes', ['-b', '4096', 'hundred.example.com'], /ANSWER: 100/],
    ['DNSSEC', ['-D', 'www.example.com'], /EDNS: version 0; flags: do/],
    ['a name that does not exist', ['nobody.example.com'], /NXDOMAIN[\s\S]*AUTHORITY: 1/],
    ['text', ['text.example.com', 'TXT'], /"v=spf1 -all" "and \\"more\\""/],
  ])('%s', async (_, args, expected) => {
    expect(await drill(...args)).toMatch(expected);
  });
});
