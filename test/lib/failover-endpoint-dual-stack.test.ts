import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { FailoverBranch, FailoverEndpoint, ProxyFleet, ProxyHealthCheck } from 'cdk-proxy-fleet';
import { warningsOf, zoneOf } from './fixture';

/** Two proxies with an address of each family. */
const dualStack = (stack: Stack, id: string, net: number) =>
  ProxyFleet.fromProxyFleetAttributes(stack, id, {
    ipAddresses: [`203.0.113.${net}1`, `203.0.113.${net}2`],
    ipv6Addresses: [`2001:db8:${net}::1`, `2001:db8:${net}::2`],
  });

const spare = FailoverBranch.ipAddresses(['203.0.113.7'], { healthCheck: ProxyHealthCheck.http() });

describe('two dual-stack branches', () => {
  const stack = new Stack(new App(), 'Test');
  new FailoverEndpoint(stack, 'Shop', {
    zone: zoneOf(stack),
    recordName: 'shop',
    primary: FailoverBranch.addresses(dualStack(stack, 'Near', 1), { minHealthy: 2 }),
    secondary: FailoverBranch.addresses(dualStack(stack, 'Far', 2)),
  });
  const template = Template.fromStack(stack);

  test.each(['A', 'AAAA'])('have a pair of %s records with a group of their own type each', (Type) => {
    for (const role of ['primary', 'secondary']) {
      template.resourcePropertiesCountIs(
        'AWS::Route53::RecordSet',
        { Type, Failover: role.toUpperCase(), AliasTarget: { DNSName: `${role}.shop.example.org`, EvaluateTargetHealth: true } },
        1,
      );
      template.resourcePropertiesCountIs(
        'AWS::Route53::RecordSet',
        { Type, Name: `${role}.shop.example.org.`, MultiValueAnswer: true, HealthCheckId: Match.anyValue() },
        2,
      );
    }
  });

  test('count the healthy addresses of each family by themselves', () => {
    const checks = template.findResources('AWS::Route53::HealthCheck');
    const counts = Object.values(checks).filter(({ Properties }) => Properties.HealthCheckConfig.Type === 'CALCULATED');

    const counted = counts.map(({ Properties }) =>
      Properties.HealthCheckConfig.ChildHealthChecks.map(
        (child: { Ref: string }) => checks[child.Ref]?.Properties.HealthCheckConfig.IPAddress,
      ),
    );
    expect(counted).toEqual([
      ['203.0.113.11', '203.0.113.12'],
      ['2001:db8:1::1', '2001:db8:1::2'],
    ]);
    expect(warningsOf(stack)).toEqual([]);
  });
});

test('a family that the secondary does not have is left out, with a warning', () => {
  const stack = new Stack(new App(), 'Test');

  new FailoverEndpoint(stack, 'Shop', {
    zone: zoneOf(stack),
    primary: FailoverBranch.addresses(dualStack(stack, 'Near', 1)),
    secondary: spare,
  });

  Template.fromStack(stack).allResourcesProperties('AWS::Route53::RecordSet', { Type: 'A' });
  Template.fromStack(stack).resourceCountIs('AWS::Route53::HealthCheck', 3);
  expect(warningsOf(stack)).toEqual([expect.stringMatching(/^\/Test\/Shop: secondary has no IPv6 addresses, so the name leads/)]);
});

test('a family that only the secondary has is left out', () => {
  const stack = new Stack(new App(), 'Test');

  new FailoverEndpoint(stack, 'Shop', {
    zone: zoneOf(stack),
    primary: spare,
    secondary: FailoverBranch.addresses(dualStack(stack, 'Far', 2)),
  });

  Template.fromStack(stack).allResourcesProperties('AWS::Route53::RecordSet', { Type: 'A' });
  expect(warningsOf(stack)).toEqual([]);
});
