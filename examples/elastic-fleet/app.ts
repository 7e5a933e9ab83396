import { App, Duration, Fn, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
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

// What the proxies stand in front of: a group of your own, whose instances they find by its name in a private zone.
const service = new autoscaling.AutoScalingGroup(stack, 'App', {
  vpc,
  vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
  minCapacity: 2,
  maxCapacity: 20,
  instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.SMALL),
  machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
});
service.connections.allowFrom(fleet, ec2.Port.tcp(8080));
fleet.addListener('Http', { port: 80 }).addTargets('App', {
  targets: ProxyTargets.autoScalingGroup(service),
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
