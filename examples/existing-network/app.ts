import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { MultivalueEndpoint, ProxyFleet, ProxyHealthCheck, ProxyTargets, VirtualIp } from 'cdk-proxy-fleet';

const app = new App();
const stack = new Stack(app, 'ExistingNetwork', { env: { account: '111122223333', region: 'eu-west-1' } });

const vpc = ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
  vpcId: 'vpc-0123456789abcdef0',
  availabilityZones: ['eu-west-1a', 'eu-west-1b'],
  publicSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  publicSubnetRouteTableIds: ['rtb-0123456789abcdef0', 'rtb-0123456789abcdef0'],
});

const fleet = new ProxyFleet(stack, 'Edge', {
  vpc,
  proxies: 4,
  instanceType: new ec2.InstanceType('c7g.medium'),
  healthCheckPeers: [ec2.Peer.prefixList('pl-0123456789abcdef0')],
});
fleet
  .addListener('Https', { port: 443 })
  .addTargets('Web', { targets: ProxyTargets.dnsName('web.internal.example.com'), port: 443 });

const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  zoneName: 'example.com',
});
new MultivalueEndpoint(stack, 'Www', {
  zone,
  addresses: fleet,
  ttl: Duration.seconds(30),
  healthCheck: ProxyHealthCheck.http({ failureThreshold: 2 }),
});

const vip = new VirtualIp(stack, 'Partners', { fleet, allocationId: 'eipalloc-0123456789abcdef0' });
new MultivalueEndpoint(stack, 'PartnersName', { zone, recordName: 'partners', addresses: vip });
