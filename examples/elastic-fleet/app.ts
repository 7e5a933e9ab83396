import { App, Duration, Fn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { ElasticProxyFleet, MultivalueEndpoint, ProxyTargets, TargetHealthCheck } from 'cdk-proxy-fleet';

const app = new App();
const stack = new Stack(app, 'ElasticFleet');

const vpc = new ec2.Vpc(stack, 'Vpc', {
  availabilityZones: [0, 1, 2].map((index) => Fn.select(index, Fn.getAzs())),
  natGateways: 0,
});

const fleet = new ElasticProxyFleet(stack, 'Edge', { vpc, minCapacity: 3, maxCapacity: 8 });
fleet.addListener('Http', { port: 80 }).addTargets('App', {
  targets: ProxyTargets.dnsName('app.internal.example.com'),
  port: 8080,
  healthCheck: TargetHealthCheck.http({ path: '/health' }),
});
fleet.autoScalingGroup.scaleOnCpuUtilization('Cpu', {
  targetUtilizationPercent: 50,
  estimatedInstanceWarmup: Duration.minutes(3),
});

const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  zoneName: 'example.com',
});
new MultivalueEndpoint(stack, 'Www', { zone, recordName: 'www', addresses: fleet, maxOutage: Duration.minutes(2) });
