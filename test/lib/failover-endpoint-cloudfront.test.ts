import { App, Fn, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as targets from 'aws-cdk-lib/aws-route53-targets';
import { FailoverBranch, FailoverEndpoint, ProxyHealthCheck } from 'cdk-proxy-fleet';
import { network, zoneOf } from './fixture';

const addresses = FailoverBranch.ipAddresses(['203.0.113.1'], { healthCheck: ProxyHealthCheck.http() });
const spare = FailoverBranch.ipAddresses(['203.0.113.7']);

type Props = ConstructorParameters<typeof FailoverEndpoint>[2];

const shopOf = (stack: Stack, props: Partial<Props>, zone = zoneOf(stack)) =>
  new FailoverEndpoint(stack, 'Shop', { zone, recordName: 'shop', primary: addresses, secondary: spare, ...props });

/** Whatever an alias leads to, as a target of the user's own. */
const targetOf = (config: Partial<route53.AliasRecordTargetConfig>): route53.IAliasRecordTarget => ({
  bind: () => ({ hostedZoneId: 'Z3AADJGX6KTTL2', dnsName: 'lb.example.com', ...config }),
});

describe('CloudFront', () => {
  const distributionOf = (stack: Stack, ...domainNames: string[]) =>
    new cloudfront.Distribution(stack, 'Cdn', {
      defaultBehavior: { origin: new HttpOrigin('origin.example.org') },
      domainNames: domainNames.length > 0 ? domainNames : undefined,
      certificate: acm.Certificate.fromCertificateArn(
        stack,
        'Certificate',
        'arn:aws:acm:us-east-1:111122223333:certificate/0123',
      ),
    });
  const cdn = (stack: Stack, ...domainNames: string[]) =>
    FailoverBranch.alias(new targets.CloudFrontTarget(distributionOf(stack, ...domainNames)));

  test.each(['shop.example.org', '*.example.org'])('is a secondary whose health nobody evaluates, when it lists %s', (name) => {
    const stack = new Stack();

    shopOf(stack, { secondary: cdn(stack, 'www.example.org', name) });

    Template.fromStack(stack).hasResourceProperties('AWS::Route53::RecordSet', {
      Failover: 'SECONDARY',
      AliasTarget: {
        EvaluateTargetHealth: Match.absent(),
        DNSName: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Cdn'), 'DomainName'] },
      },
    });
  });

  test('is no primary', () => {
    const stack = new Stack(new App(), 'Test');

    expect(() => shopOf(stack, { primary: cdn(stack, 'shop.example.org') })).toThrow(
      'primary must be a target whose health Route 53 can evaluate, got a CloudFront distribution: make it the secondary',
    );
  });

  test.each([
    [[], '[]'],
    [['www.example.org', '*.shop.example.org'], '[www.example.org, *.shop.example.org]'],
  ])('that lists %j is refused', (domainNames, got) => {
    const stack = new Stack();

    expect(() => shopOf(stack, { secondary: cdn(stack, ...domainNames) })).toThrow(
      `a CloudFront distribution must list the name that leads to it, got ${got} without 'shop.example.org': add it to domainNames`,
    );
  });

  test('is known by its hosted zone, whoever wrote the target', () => {
    const primary = FailoverBranch.alias(targetOf({ hostedZoneId: 'Z2FDTNDATAQYW2', dnsName: 'd111111abcdef8.cloudfront.net' }));

    expect(() => shopOf(new Stack(), { primary })).toThrow('primary must be a target whose health Route 53 can evaluate');
  });

  test('is refused in a private zone', () => {
    const { stack, vpc } = network();
    const zone = new route53.PrivateHostedZone(stack, 'Inside', { zoneName: 'example.org', vpc });

    expect(() => shopOf(stack, { secondary: cdn(stack, 'shop.example.org') }, zone)).toThrow(
      "a CloudFront distribution cannot be in a private zone, got 'example.org': use a public zone",
    );
  });

  test('names that are known at deploy time only pass', () => {
    const stack = new Stack();

    expect(() => shopOf(stack, { secondary: cdn(stack, Fn.importValue('Name')) })).not.toThrow();
  });

  test('a list of names of unknown length passes, and so does a name of the endpoint that only a deploy knows', () => {
    const lists = (aliases: string[], recordName: string) => () => {
      const stack = new Stack();
      const defaultCacheBehavior = { targetOriginId: 'origin', viewerProtocolPolicy: 'https-only' };
      const distributionConfig = { enabled: true, aliases, defaultCacheBehavior };
      const resource = new cloudfront.CfnDistribution(stack, 'Cdn', { distributionConfig });
      const secondary = FailoverBranch.alias(targetOf({ hostedZoneId: 'Z2FDTNDATAQYW2', dnsName: resource.attrDomainName }));
      return shopOf(stack, { secondary, recordName });
    };

    expect(lists(Fn.split(',', Fn.importValue('Names')), 'shop')).not.toThrow();
    expect(lists(['www.example.org'], Fn.importValue('Name'))).not.toThrow();
    expect(lists(['www.example.org'], 'shop')).toThrow('must list the name that leads to it');
  });
});
