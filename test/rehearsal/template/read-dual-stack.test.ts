import { isEndpointCheck } from '../../../rehearsal/health/health-check';
import { loadTemplate } from '../../../rehearsal/template/load-template';
import { playedAt } from '../../../rehearsal/template/played-at';
import { readFleet } from '../../../rehearsal/template/read-fleet';
import { dualStack } from '../fleet-template';

const fleet = readFleet(loadTemplate(dualStack()));
const endpointChecks = fleet.healthChecks.filter(isEndpointCheck);

test('a slot has an IPv6 address in name beside the loopback address at which it is played', () => {
  expect(fleet.slots.map(({ address, ipv6Address }) => [address, ipv6Address])).toEqual([
    ['127.10.1.1', 'fd00:10::1:1'],
    ['127.10.2.2', 'fd00:10::2:2'],
  ]);
});

test('AAAA records lead to the slots, and each is judged by the check of its own address', () => {
  const records = fleet.zones.flatMap((zone) => zone.records);

  expect(records.map(({ type, values }) => [type, ...values])).toEqual([
    ['A', '127.10.1.1'],
    ['AAAA', 'fd00:10::1:1'],
    ['A', '127.10.2.2'],
    ['AAAA', 'fd00:10::2:2'],
  ]);
  for (const { values, healthCheckId } of records)
    expect(endpointChecks.find(({ id }) => id === healthCheckId)?.ipAddress).toBe(values[0]);
});

test('what of IPv6 is not played is said', () => {
  expect(fleet.skipped).toEqual([
    "IPv6 health checks reach the slots' IPv4 loopback addresses, and clients and timeline ask for A records only",
  ]);
});

test('every health check reaches the loopback address of its own slot, and no other address is led astray', () => {
  expect(endpointChecks.map(({ ipAddress }) => playedAt(fleet.slots, ipAddress ?? ''))).toEqual([
    '127.10.1.1',
    '127.10.1.1',
    '127.10.2.2',
    '127.10.2.2',
  ]);
  expect(playedAt(fleet.slots, '127.100.0.1')).toBe('127.100.0.1');
});
