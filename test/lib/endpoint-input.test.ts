import { CfnParameter, Duration, Fn, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  type AddressSourceConfig,
  type IAddressSource,
  MultivalueEndpoint,
  type MultivalueEndpointProps,
  ProxyFleet,
  ProxyHealthCheck,
  type PublishedAddress,
  VirtualIp,
} from 'cdk-proxy-fleet';
import { Construct } from 'constructs';
import { fleetOf, warningsOf, zoneOf } from './fixture';

/** Addresses of a user's own making. */
class Source extends Construct implements IAddressSource {
  constructor(
    scope: Construct,
    private readonly addresses: PublishedAddress[],
  ) {
    super(scope, 'Source');
  }

  public bindAddresses(): AddressSourceConfig {
    return { addresses: this.addresses };
  }
}

function publish(props: Partial<MultivalueEndpointProps>, ipAddresses = ['203.0.113.1', '203.0.113.2']): Stack {
  const stack = new Stack(undefined, 'Test');
  const addresses = ProxyFleet.fromProxyFleetAttributes(stack, 'Far', { ipAddresses });
  new MultivalueEndpoint(stack, 'Www', { zone: zoneOf(stack), addresses, ...props });
  return stack;
}

describe('set identifiers of a source of the user', () => {
  const identified = (...identifiers: string[]) => {
    const stack = new Stack(undefined, 'Test');
    const addresses = identifiers.map((setIdentifier, index) => {
      return { name: `address-${index}`, setIdentifier, ipAddress: `203.0.113.${index}` };
    });
    new MultivalueEndpoint(stack, 'Www', { zone: zoneOf(stack), addresses: new Source(stack, addresses) });
    return Template.fromStack(stack);
  };

  test.each([
    [[''], 'setIdentifier must have 1 to 128 characters, got 0: use a shorter construct id [Test/Www]'],
    [['x'.repeat(129)], 'setIdentifier must have 1 to 128 characters, got 129'],
    [['one', 'one'], "setIdentifier must be unique within a name, got 'one' twice"],
  ])('%j are refused', (identifiers, message) => {
    expect(() => identified(...identifiers)).toThrow(message);
  });

  test('of 1 and of 128 characters are fine, and so are those that only a deploy knows', () => {
    const template = identified('x', 'x'.repeat(128), Fn.importValue('One'), Fn.importValue('Two'));

    template.resourceCountIs('AWS::Route53::RecordSet', 4);
  });
});

test('an address has no leading zeros, so that one address has one notation', () => {
  expect(() => publish({}, ['203.0.113.1', '203.0.113.01'])).toThrow(
    "address must be IPv4, got '203.0.113.01': give four numbers from 0 to 255 without leading zeros",
  );
});

describe('a TTL', () => {
  test.each([0.5, 1.5])('of %d s is refused', (seconds) => {
    expect(() => publish({ ttl: Duration.millis(seconds * 1000) })).toThrow(
      `ttl must be a whole number of seconds, 1 at least, got ${seconds}`,
    );
  });

  test.each([
    [1, [expect.stringContaining('ttl of 1 s costs')]],
    [9, [expect.stringContaining('ttl of 9 s costs')]],
    [10, []],
    [60, []],
    [61, [expect.stringContaining('ttl of 61 s keeps clients')]],
  ])('of %d s has the warnings %j', (seconds, warnings) => {
    expect(warningsOf(publish({ ttl: Duration.seconds(seconds) }))).toEqual(warnings);
  });

  test('that only a deploy knows brings no warning, and a delete of a virtual IP waits for as long as it can', () => {
    const { stack, fleet } = fleetOf();
    const ttl = Duration.seconds(new CfnParameter(stack, 'Ttl', { type: 'Number' }).valueAsNumber);

    new MultivalueEndpoint(stack, 'App', { zone: zoneOf(stack), addresses: new VirtualIp(stack, 'Vip', { fleet }), ttl });

    expect(warningsOf(stack)).toEqual([]);
    Template.fromStack(stack).hasResourceProperties('Custom::ProxyFleetVirtualIp', { ReleaseDelaySeconds: '600' });
  });
});

describe('a health check', () => {
  const { http, https, tcp } = ProxyHealthCheck;

  test.each<[string, ProxyHealthCheck, string]>([
    ['an interval between two seconds', http({ interval: Duration.millis(10_500) }), 'must be 10 or 30 seconds, got 10.5'],
    ['a threshold of 0', http({ failureThreshold: 0 }), 'failureThreshold must be a whole number from 1 to 10, got 0'],
    ['a port above all', tcp({ port: 65_536 }), 'port of a health check must be a whole number from 1 to 65535, got 65536'],
    ['HTTPS where proxies speak HTTP', https(), 'port of an HTTPS health check must be that of a listener, got 8404'],
    ['a path with a space', http({ path: '/a b' }), "path of a health check must start with '/'"],
    ['a path that is too long', http({ path: `/${'x'.repeat(255)}` }), 'have at most 255 characters'],
  ])('with %s is refused', (_, healthCheck, message) => {
    expect(() => publish({ healthCheck })).toThrow(message);
  });

  test.each<[string, ProxyHealthCheck]>([
    ['the quickest', http({ interval: Duration.seconds(10), failureThreshold: 1, port: 1 })],
    ['the slowest', http({ interval: Duration.millis(30_000), failureThreshold: 10, port: 65_535 })],
    ['HTTPS at a listener', https({ port: 443 })],
    ['the longest path', http({ path: `/${'x'.repeat(254)}` })],
    ['a path that only a deploy knows', http({ path: Fn.importValue('Path') })],
  ])('may be %s, and asks for nothing but the address of its record, from everywhere', (_, healthCheck) => {
    const stack = publish({ healthCheck });

    // What they do not see is told.
    expect(warningsOf(stack).filter((text) => !text.includes('tells that a proxy drains'))).toEqual([]);
    const records = Object.values(Template.fromStack(stack).findResources('AWS::Route53::RecordSet'));
    const checks = Template.fromStack(stack).findResources('AWS::Route53::HealthCheck');
    expect(records).toHaveLength(2);
    for (const { Properties } of records) {
      const config = checks[Properties.HealthCheckId.Ref]?.Properties.HealthCheckConfig;
      expect([config.IPAddress]).toEqual(Properties.ResourceRecords);
      expect(config).not.toHaveProperty('FullyQualifiedDomainName');
      expect(config).not.toHaveProperty('Regions');
    }
  });
});
