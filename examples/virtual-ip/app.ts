import { App, CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ProxyFleet, ProxyTargets, VirtualIp } from 'cdk-proxy-fleet';

const app = new App();
const stack = new Stack(app, 'VirtualIp');

const vpc = new ec2.Vpc(stack, 'Vpc', {
  availabilityZones: [0, 1].map((index) => Fn.select(index, Fn.getAzs())),
  natGateways: 0,
});

const fleet = new ProxyFleet(stack, 'Edge', { vpc });
fleet
  .addListener('Mqtt', { port: 1883 })
  .addTargets('Broker', { targets: ProxyTargets.ipAddresses(['10.0.0.5', '10.0.1.5']), port: 1883 });

const vip = new VirtualIp(stack, 'Vip', { fleet });

new CfnOutput(stack, 'Address', { value: vip.ipAddress });
