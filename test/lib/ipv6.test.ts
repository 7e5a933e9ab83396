import { canonicalIpv6, isIpv6, isPublicIpv6 } from '../../lib/private/ipv6';

test.each(['::1', '2001:db8::1', '2001:DB8:0:0:0:0:0:1', '::ffff:192.0.2.1'])('%s is an IPv6 address', (address) => {
  expect(isIpv6(address)).toBe(true);
});

test.each(['', '192.0.2.1', '2001:db8::1%eth0', '2001:db8:::1', '[::1]', '1:2:3:4:5:6:7:8:9'])('%s is none', (address) => {
  expect(isIpv6(address)).toBe(false);
});

test.each(['2a05:d018::1', '2600:1f18::1', '2001:db8::1', '3fff:ffff::1'])('%s is public', (address) => {
  expect(isPublicIpv6(address)).toBe(true);
});

test.each([
  '::',
  '::1',
  '::ffff:203.0.113.1',
  '64:ff9b::1',
  '2001:10::1',
  '3ffe::1',
  '4000::1',
  'fc00::1',
  'fdff::1',
  'fe80::1',
  'ff02::1',
])('%s is not public', (address) => {
  expect(isPublicIpv6(address)).toBe(false);
});

test('notations of one address are one, and what is no IPv6 address stays as it is', () => {
  expect(new Set(['2001:DB8:0:0:0:0:0:1', '2001:db8::1', '2001:0db8::0001'].map(canonicalIpv6))).toEqual(
    new Set(['2001:db8::1']),
  );
  expect(['slot-1', '192.0.2.1', '${Token[TOKEN.1]}'].map(canonicalIpv6)).toEqual(['slot-1', '192.0.2.1', '${Token[TOKEN.1]}']);
});
