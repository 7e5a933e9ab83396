import { App, Duration, Fn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { ElasticAddressing, ElasticProxyFleet, IpAddressType, MultivalueEndpoint, ProxyTargets } from 'cdk-proxy-fleet';

const app = new App();
const stack = new Stack(app, 'InstanceAddresses');

const vpc = new ec2.Vpc(stack, 'Vpc', {
  availabilityZones: [0, 1, 2].map((index) => Fn.select(index, Fn.getAzs())),
  ipProtocol: ec2.IpProtocol.DUAL_STACK,
  natGateways: 0,
});

const fleet = new ElasticProxyFleet(stack, 'Edge', {
  vpc,
  minCapacity: 3,
  maxCapacity: 6,
  addressing: ElasticAddressing.instanceAddresses(),
  ipAddressType: IpAddressType.DUAL_STACK,
});
fleet.addListener('Http', { port: 80 }).addTargets('App', {
  targets: ProxyTargets.dnsName('app.internal.example.com'),
  port: 8080,
});
fleet.autoScalingGroup.scaleOnCpuUtilization('Cpu', { targetUtilizationPercent: 50 });

const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  zoneName: 'example.com',
});
new MultivalueEndpoint(stack, 'Www', { zone, recordName: 'www', addresses: fleet, maxOutage: Duration.minutes(2) });
