import { App, Duration, Fn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { ElasticAddressing, ElasticProxyFleet, MultivalueEndpoint, ProxyTargets } from 'cdk-proxy-fleet';

const app = new App();
const stack = new Stack(app, 'PrivateFleet');

const vpc = new ec2.Vpc(stack, 'Vpc', {
  availabilityZones: [0, 1].map((index) => Fn.select(index, Fn.getAzs())),
});

const fleet = new ElasticProxyFleet(stack, 'Inner', {
  vpc,
  vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
  minCapacity: 3,
  maxCapacity: 6,
  addressing: ElasticAddressing.instanceAddresses(),
});
fleet.addListener('Http', { port: 80 }).addTargets('Orders', {
  targets: ProxyTargets.dnsName('orders.internal.example.com'),
  port: 8080,
});

const zone = new route53.PrivateHostedZone(stack, 'Zone', { zoneName: 'inner.example.com', vpc });
new MultivalueEndpoint(stack, 'Orders', { zone, recordName: 'orders', addresses: fleet, ttl: Duration.seconds(20) });
