import { Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MultivalueEndpoint, ProxyFleet, ProxyHealthCheck } from 'cdk-proxy-fleet';
import { zoneOf } from './fixture';

describe('a fleet that exists elsewhere', () => {
  const IPV4 = ['203.0.113.1', '203.0.113.2'];
  const publish = (ipv6Addresses: string[], ipAddresses = IPV4) => {
    const stack = new Stack();
    const addresses = ProxyFleet.fromProxyFleetAttributes(stack, 'Far', { ipAddresses, ipv6Addresses });
    new MultivalueEndpoint(stack, 'Www', { zone: zoneOf(stack), addresses, healthCheck: ProxyHealthCheck.http({ port: 80 }) });
    return Template.fromStack(stack);
  };

  test('is published in both families', () => {
    const template = publish(['2a05:d018::1', '2A05:D018:0::2']);

    const checks = Object.values(template.findResources('AWS::Route53::HealthCheck'));
    expect(checks.map(({ Properties }) => Properties.HealthCheckConfig.IPAddress)).toEqual([
      '203.0.113.1',
      '2a05:d018::1',
      '203.0.113.2',
      '2A05:D018:0::2',
    ]);
    template.resourcePropertiesCountIs('AWS::Route53::RecordSet', { Type: 'AAAA', ResourceRecords: ['2a05:d018::1'] }, 1);
  });

  test('may name its addresses by tokens', () => {
    publish([Fn.importValue('One'), Fn.importValue('Two')]).resourcePropertiesCountIs(
      'AWS::Route53::RecordSet',
      { Type: 'AAAA' },
      2,
    );
  });

  test.each<[string, string[], string]>([
    ['fewer IPv6 addresses', ['2a05:d018::1'], 'ipv6Addresses must hold one address for each of ipAddresses, got 1 for 2'],
    ['a list that is a token', Fn.split(',', Fn.importValue('All')), 'ipv6Addresses must be a list of known length, got a token'],
    ['an IPv4 address', ['2a05:d018::1', '203.0.113.9'], "address must be IPv6, got '203.0.113.9'"],
    ['an address with a zone', ['2a05:d018::1', 'fe80::1%eth0'], "address must be IPv6, got 'fe80::1%eth0'"],
    ['a unique local address', ['2a05:d018::1', 'fd00::1'], "reaches public addresses only, got 'fd00::1'"],
    ['a link-local address', ['2a05:d018::1', 'fe80::1'], 'public addresses only'],
    ['an IPv4 address in disguise', ['2a05:d018::1', '::ffff:203.0.113.1'], 'public addresses only'],
    [
      'one address in two notations',
      ['2a05:d018::1', '2A05:D018:0:0::1'],
      "ipv6Address must be unique within a name, got '2a05:d018::1' twice: publish each address once",
    ],
  ])('with %s is refused', (_, ipv6Addresses, message) => {
    expect(() => publish(ipv6Addresses)).toThrow(message);
  });

  test('with an IPv6 address among its IPv4 ones is refused', () => {
    expect(() => publish(['2a05:d018::1'], ['2a05:d018::1'])).toThrow("address must be IPv4, got '2a05:d018::1'");
  });

  test('has at most 100 records of either type', () => {
    const many = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);

    expect(() => publish(many('2a05:d018::', 101), many('203.0.113.', 101))).toThrow('at most 100 multivalue records, got 101');
    publish(many('2a05:d018::', 100), many('203.0.113.', 100)).resourceCountIs('AWS::Route53::RecordSet', 200);
  });
});
