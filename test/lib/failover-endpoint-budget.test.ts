import { App, Duration, Stack } from 'aws-cdk-lib';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import { LoadBalancerTarget } from 'aws-cdk-lib/aws-route53-targets';
import { FailoverBranch, FailoverEndpoint, type FailoverEndpointProps, ProxyFleet, ProxyHealthCheck } from 'cdk-proxy-fleet';
import { network, warningsOf, zoneOf } from './fixture';

const healthCheck = (options = {}) => ({ healthCheck: ProxyHealthCheck.http(options) });

function warned(maxOutage: Duration, props: Partial<FailoverEndpointProps> = {}): string[] {
  const stack = new Stack(new App(), 'Test');
  const fleet = ProxyFleet.fromProxyFleetAttributes(stack, 'Far', { ipAddresses: ['203.0.113.1', '203.0.113.2'] });
  new FailoverEndpoint(stack, 'Shop', {
    ...{ zone: zoneOf(stack), recordName: 'shop', maxOutage },
    primary: FailoverBranch.addresses(fleet, healthCheck({ interval: Duration.seconds(30) })),
    secondary: FailoverBranch.ipAddresses(['203.0.113.9']),
    ...props,
  });
  return warningsOf(stack);
}

test('a primary that takes longer than maxOutage is told what to set, and following that is enough', () => {
  expect(warned(Duration.seconds(120))).toEqual([
    expect.stringMatching(
      /^\/Test\/Shop: .* = 178 s exceeds maxOutage of 120 s: set healthCheck.interval of primary to Duration.seconds\(10\)/,
    ),
  ]);
  const fleet = (stack: Stack) =>
    ProxyFleet.fromProxyFleetAttributes(stack, 'Near', { ipAddresses: ['203.0.113.3', '203.0.113.4'] });
  const primary = FailoverBranch.addresses(fleet(new Stack()), healthCheck({ interval: Duration.seconds(10) }));

  expect(warned(Duration.seconds(120), { primary })).toEqual([]);
});

test('the secondary has no say in it', () => {
  const secondary = FailoverBranch.ipAddresses(['203.0.113.9'], { healthCheck: ProxyHealthCheck.http({ failureThreshold: 10 }) });

  expect(warned(Duration.seconds(178), { secondary })).toEqual([]);
});

test('of an alias nobody knows how soon AWS judges it, and addresses are proposed instead', () => {
  const { stack, vpc } = network();
  const loadBalancer = new elbv2.NetworkLoadBalancer(stack, 'Nlb', { vpc, internetFacing: true });
  new FailoverEndpoint(stack, 'Shop', {
    ...{ zone: zoneOf(stack), recordName: 'shop', maxOutage: Duration.minutes(2) },
    primary: FailoverBranch.alias(new LoadBalancerTarget(loadBalancer)),
    secondary: FailoverBranch.ipAddresses(['203.0.113.9']),
  });

  expect(warningsOf(stack)).toEqual([
    expect.stringMatching(
      / = 470 s exceeds maxOutage of 120 s because of what is assumed \(detection, propagation, ttl\): set primary to one of FailoverBranch\.addresses\(\)/,
    ),
  ]);
});
