import { App, CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { IpAddressType, MultivalueEndpoint, ProxyFleet, ProxyTargets } from 'cdk-proxy-fleet';

const app = new App();
const stack = new Stack(app, 'DualStack');

const vpc = new ec2.Vpc(stack, 'Vpc', {
  availabilityZones: [0, 1, 2].map((index) => Fn.select(index, Fn.getAzs())),
  natGateways: 0,
  ipProtocol: ec2.IpProtocol.DUAL_STACK,
});

const fleet = new ProxyFleet(stack, 'Edge', { vpc, ipAddressType: IpAddressType.DUAL_STACK });
fleet.addListener('Http', { port: 80 }).addTargets('App', {
  targets: ProxyTargets.dnsName('app.internal.example.com'),
  port: 8080,
});

const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  zoneName: 'example.com',
});
const www = new MultivalueEndpoint(stack, 'Www', { zone, recordName: 'www', addresses: fleet });

for (const { slotName, ipAddress, ipv6Address } of fleet.slots) {
  new CfnOutput(stack, `Slot${slotName}`, { value: `${ipAddress} ${ipv6Address}` });
}
new CfnOutput(stack, 'FailoverBudget', { value: www.failoverBudget.formula });
