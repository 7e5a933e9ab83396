import { App, Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { FailoverBranch, FailoverEndpoint, ProxyHealthCheck } from 'cdk-proxy-fleet';
import { network, warningsOf, zoneOf } from './fixture';

const addresses = FailoverBranch.ipAddresses(['203.0.113.1'], { healthCheck: ProxyHealthCheck.http() });
const spare = FailoverBranch.ipAddresses(['203.0.113.7']);

const regional = () => new Stack(new App(), 'Test', { env: { account: '111122223333', region: 'us-east-1' } });

type Props = ConstructorParameters<typeof FailoverEndpoint>[2];

const shopOf = (stack: Stack, props: Partial<Props>, zone = zoneOf(stack)) =>
  new FailoverEndpoint(stack, 'Shop', { zone, recordName: 'shop', primary: addresses, secondary: spare, ...props });

/** Whatever an alias leads to, as a target of the user's own. */
const targetOf = (config: Partial<route53.AliasRecordTargetConfig>): route53.IAliasRecordTarget => ({
  bind: () => ({ hostedZoneId: 'Z3AADJGX6KTTL2', dnsName: 'lb.example.com', ...config }),
});

const checkOf = (stack: Stack, fqdn: string) =>
  new route53.HealthCheck(stack, 'Check', { type: route53.HealthCheckType.HTTPS, fqdn, port: 443 });

const aRecord = (stack: Stack, zone: route53.IHostedZone, options: Partial<route53.ARecordProps> = {}) =>
  new route53.ARecord(stack, 'Other', {
    zone,
    recordName: 'other',
    target: route53.RecordTarget.fromIpAddresses('203.0.113.9'),
    ...options,
  });

test('a load balancer may be the primary, and its health is evaluated without being asked for', () => {
  const { stack, vpc } = network();
  const loadBalancer = new elbv2.ApplicationLoadBalancer(stack, 'Balancer', { vpc, internetFacing: true });

  const shop = shopOf(stack, { primary: FailoverBranch.alias(new targets.LoadBalancerTarget(loadBalancer)) });

  Template.fromStack(stack).hasResourceProperties('AWS::Route53::RecordSet', {
    Failover: 'PRIMARY',
    AliasTarget: { EvaluateTargetHealth: true, HostedZoneId: { 'Fn::GetAtt': [Match.anyValue(), 'CanonicalHostedZoneID'] } },
    TTL: Match.absent(),
  });
  expect(shop.failoverBudget.formula).toBe('detection 400 s (assumed) + propagation 10 s (assumed) + ttl 60 s (assumed) = 470 s');
});

test('an S3 website may be the secondary', () => {
  const stack = regional();
  const bucket = new s3.Bucket(stack, 'Sorry', { bucketName: 'shop.example.org', websiteIndexDocument: 'index.html' });

  shopOf(stack, { secondary: FailoverBranch.alias(new targets.BucketWebsiteTarget(bucket)) });

  Template.fromStack(stack).hasResourceProperties('AWS::Route53::RecordSet', {
    Failover: 'SECONDARY',
    AliasTarget: { DNSName: 's3-website-us-east-1.amazonaws.com', EvaluateTargetHealth: true },
  });
});

test('a health check of one’s own must pass beside the target', () => {
  const stack = new Stack();
  const healthCheck = checkOf(stack, 'origin.example.org');

  shopOf(stack, { secondary: FailoverBranch.alias(targetOf({}), { healthCheck }) });

  Template.fromStack(stack).hasResourceProperties('AWS::Route53::RecordSet', {
    Failover: 'SECONDARY',
    HealthCheckId: { Ref: Match.stringLikeRegexp('^Check') },
    AliasTarget: { EvaluateTargetHealth: true },
  });
});

test('a health check that asks for the name which it decides about is refused', () => {
  const stack = new Stack(new App(), 'Test');
  const healthCheck = checkOf(stack, 'Shop.example.org');

  expect(() => shopOf(stack, { secondary: FailoverBranch.alias(targetOf({}), { healthCheck }) })).toThrow(
    "a health check must not ask for the name that it decides about, got 'shop.example.org': ask for what the branch leads to [Test/Shop/Secondary]",
  );
});

test('an imported health check, and one that asks for an address, are taken as they are', () => {
  const stack = new Stack();
  const imported = route53.HealthCheck.fromHealthCheckId(stack, 'Imported', Fn.importValue('Check'));
  const ofAddress = new route53.HealthCheck(stack, 'Address', {
    type: route53.HealthCheckType.HTTP,
    ipAddress: '203.0.113.9',
  });

  shopOf(stack, {
    primary: FailoverBranch.alias(targetOf({}), { healthCheck: imported }),
    secondary: FailoverBranch.alias(targetOf({ dnsName: 'b.example.com' }), { healthCheck: ofAddress }),
  });

  Template.fromStack(stack).hasResourceProperties('AWS::Route53::RecordSet', {
    Failover: 'PRIMARY',
    HealthCheckId: { 'Fn::ImportValue': 'Check' },
  });
});

test('a target that is told not to be evaluated is refused', () => {
  const stack = new Stack(new App(), 'Test');

  expect(() => shopOf(stack, { secondary: FailoverBranch.alias(targetOf({ evaluateTargetHealth: false })) })).toThrow(
    'evaluateTargetHealth of a failover alias must be true, got false: leave it out [Test/Shop/Secondary]',
  );
});

describe('another record of the zone', () => {
  test('is evaluated', () => {
    const stack = new Stack();
    const zone = zoneOf(stack);
    const other = aRecord(stack, zone);

    shopOf(stack, { secondary: FailoverBranch.alias(new targets.Route53RecordTarget(other)) }, zone);

    Template.fromStack(stack).hasResourceProperties('AWS::Route53::RecordSet', {
      Failover: 'SECONDARY',
      AliasTarget: { EvaluateTargetHealth: true, DNSName: { Ref: Match.stringLikeRegexp('^Other') } },
    });
  });

  test('of another type is refused', () => {
    const stack = new Stack();
    const zone = zoneOf(stack);
    const other = new route53.CnameRecord(stack, 'Other', { zone, recordName: 'other', domainName: 'example.com' });

    expect(() => shopOf(stack, { secondary: FailoverBranch.alias(new targets.Route53RecordTarget(other)) }, zone)).toThrow(
      "an alias must lead to a record of its own type A, got CNAME of 'Default/Other/Resource': name an A record",
    );
  });

  test('of another zone is refused', () => {
    const stack = new Stack();
    const other = aRecord(stack, new route53.PublicHostedZone(stack, 'Foreign', { zoneName: 'example.com' }));

    expect(() => shopOf(stack, { secondary: FailoverBranch.alias(new targets.Route53RecordTarget(other)) })).toThrow(
      "an alias must lead to a record of its own zone, got 'Default/Other/Resource' of another: publish it in both zones",
    );
  });

  test('is no primary as long as nothing checks its health', () => {
    const stack = new Stack();
    const zone = zoneOf(stack);
    const target = new targets.Route53RecordTarget(aRecord(stack, zone));

    expect(() => shopOf(stack, { primary: FailoverBranch.alias(target) }, zone)).toThrow(
      "a primary needs a health check, got 'Default/Other/Resource' without one: give it one, or give healthCheck here",
    );
  });

  test('is a primary with a health check at either place', () => {
    const stack = new Stack();
    const zone = zoneOf(stack);
    const healthCheck = checkOf(stack, 'origin.example.org');
    const target = new targets.Route53RecordTarget(
      aRecord(stack, zone, { healthCheck, multiValueAnswer: true, setIdentifier: 'other' }),
    );
    const unchecked = new targets.Route53RecordTarget(aRecord(new Stack(), zone));

    expect(() => shopOf(stack, { primary: FailoverBranch.alias(target) }, zone)).not.toThrow();
    expect(
      () =>
        new FailoverEndpoint(stack, 'Second', {
          zone,
          recordName: 'second',
          primary: FailoverBranch.alias(unchecked, { healthCheck }),
          secondary: spare,
        }),
    ).not.toThrow();
  });

  test.each([
    ['shop.EXAMPLE.org.', "an alias must not lead to its own name, got 'shop.EXAMPLE.org.': name another record"],
    [
      'shop.example.com',
      "an alias must lead to a record of its own zone 'example.org', got 'shop.example.com': name a record below it",
    ],
  ])('is not %s', (dnsName, message) => {
    const stack = new Stack();
    const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Own', { hostedZoneId: 'Z1', zoneName: 'example.org' });
    const secondary = FailoverBranch.alias(targetOf({ hostedZoneId: 'Z1', dnsName }));

    expect(() => shopOf(stack, { secondary }, zone)).toThrow(message);
  });

  test('may be named, by text or by reference', () => {
    const stack = new Stack();
    const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Own', { hostedZoneId: 'Z1', zoneName: 'example.org' });

    shopOf(
      stack,
      {
        primary: FailoverBranch.alias(targetOf({ hostedZoneId: 'Z1', dnsName: Fn.importValue('Name') })),
        secondary: FailoverBranch.alias(targetOf({ hostedZoneId: 'Z1', dnsName: 'other.example.org' })),
      },
      zone,
    );

    Template.fromStack(stack).resourcePropertiesCountIs(
      'AWS::Route53::RecordSet',
      { AliasTarget: { EvaluateTargetHealth: true } },
      2,
    );
  });
});

test('in a private zone an address that is private, too, goes without a warning', () => {
  const { stack, vpc } = network();
  const zone = new route53.PrivateHostedZone(stack, 'Inside', { zoneName: 'example.org', vpc });

  shopOf(stack, { secondary: FailoverBranch.ipAddresses(['10.0.0.7']) }, zone);

  expect(warningsOf(stack)).toEqual([]);
  Template.fromStack(stack).hasResourceProperties('AWS::Route53::RecordSet', {
    Failover: 'SECONDARY',
    ResourceRecords: ['10.0.0.7'],
  });
});
