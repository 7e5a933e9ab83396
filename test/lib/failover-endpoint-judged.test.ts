import { App, Fn, type IResolvable, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import { FailoverBranch, FailoverEndpoint } from 'cdk-proxy-fleet';
import { zoneOf } from './fixture';

const spare = FailoverBranch.ipAddresses(['203.0.113.7']);

const checkOf = (scope: Stack, id = 'Check', fqdn = 'origin.example.org') =>
  new route53.HealthCheck(scope, id, { type: route53.HealthCheckType.HTTPS, fqdn, port: 443 });

/** A load balancer, with whatever its target says of its health. */
const balancer = (evaluateTargetHealth?: boolean) =>
  route53.RecordTarget.fromAlias({
    bind: () => ({ hostedZoneId: 'Z3AADJGX6KTTL2', dnsName: 'lb.example.com', evaluateTargetHealth }),
  });

type Record = Partial<route53.RecordSetOptions & { target: route53.RecordTarget }>;

/** A name that fails over from a record of its zone. */
function makeShop(record: (stack: Stack) => Record) {
  const stack = new Stack(new App(), 'Test');
  const zone = zoneOf(stack);
  const add = (id: string, address: string, options: Record) =>
    new route53.ARecord(stack, id, {
      zone,
      recordName: 'other',
      target: route53.RecordTarget.fromIpAddresses(address),
      ...options,
    });
  const primary = FailoverBranch.alias(new targets.Route53RecordTarget(add('First', '203.0.113.1', record(stack))));
  new FailoverEndpoint(stack, 'Shop', { zone, recordName: 'shop', primary, secondary: spare });
  return { stack, zone, add };
}

describe('a primary that is another record of the zone', () => {
  test.each<[string, Record]>([
    ['a multivalue record without a check', { multiValueAnswer: true, setIdentifier: 'first' }],
    ['an alias that evaluates nothing', { target: balancer() }],
    ['an alias that is told not to', { target: balancer(false) }],
  ])('could never fail as %s, and is refused', (_, record) => {
    expect(() => makeShop(() => record)).toThrow(
      "a primary needs a health check, got 'Test/First/Resource' without one: give it one, or give healthCheck here",
    );
  });

  test('could never fail beside a record that always counts as healthy, also one that is written later', () => {
    const first = (stack: Stack) => ({ multiValueAnswer: true, setIdentifier: 'first', healthCheck: checkOf(stack) });
    const { stack, add } = makeShop(first);

    add('Second', '203.0.113.2', { multiValueAnswer: true, setIdentifier: 'second' });

    expect(() => Template.fromStack(stack)).toThrow(
      "[Test/Shop/Primary] a primary needs a health check, got 'Test/Second/Resource' without one",
    );
  });

  test('is fine when all records of its name are checked, whatever else there is', () => {
    const { stack, zone, add } = makeShop((own) => ({ multiValueAnswer: true, setIdentifier: 'a', healthCheck: checkOf(own) }));

    add('Second', '203.0.113.2', { multiValueAnswer: true, setIdentifier: 'b', healthCheck: checkOf(stack, 'Other') });
    add('Elsewhere', '203.0.113.3', { recordName: 'unchecked' });
    new route53.CfnRecordSet(stack, 'Ipv6', { name: 'other.example.org.', type: 'AAAA', hostedZoneId: zone.hostedZoneId });

    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test.each([true, Token.asAny(Fn.importValue('Evaluate')) as unknown as boolean])(
    'may be an alias that evaluates (%s)',
    (evaluate) => {
      const { stack } = makeShop(() => ({ target: balancer(evaluate) }));

      expect(() => Template.fromStack(stack)).not.toThrow();
    },
  );
});

test('types, zones and checked names that only a deploy knows are not judged', () => {
  const stack = new Stack(new App(), 'Test');
  const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Own', {
    hostedZoneId: Fn.importValue('Zone'),
    zoneName: 'example.org',
  });
  const record = new route53.CfnRecordSet(stack, 'Record', {
    name: 'other.example.org.',
    type: Fn.importValue('Type'),
    hostedZoneId: 'Z1',
    aliasTarget: Token.asAny(Fn.importValue('Target')) as IResolvable,
  });
  const target = { bind: () => ({ hostedZoneId: zone.hostedZoneId, dnsName: record.ref }) };
  const healthCheck = checkOf(stack, 'Check', Fn.importValue('Name'));

  new FailoverEndpoint(stack, 'Shop', {
    zone,
    recordName: 'shop',
    primary: FailoverBranch.alias(target),
    secondary: FailoverBranch.alias(target, { healthCheck }),
  });

  expect(() => Template.fromStack(stack)).not.toThrow();
});
