import { App, Duration, Fn, Stack } from 'aws-cdk-lib';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import * as sns from 'aws-cdk-lib/aws-sns';
import { MultivalueEndpoint, ProxyFleet, ProxyTargets, VirtualIpPool } from 'cdk-proxy-fleet';

const app = new App();
const stack = new Stack(app, 'BothWays');

const vpc = new ec2.Vpc(stack, 'Vpc', {
  availabilityZones: [0, 1, 2].map((index) => Fn.select(index, Fn.getAzs())),
  natGateways: 0,
});

const fleet = new ProxyFleet(stack, 'Edge', { vpc });
fleet
  .addListener('Http', { port: 80 })
  .addTargets('App', { targets: ProxyTargets.dnsName('app.internal.example.com'), port: 8080 });

const zone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', {
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  zoneName: 'example.com',
});
const vips = new VirtualIpPool(stack, 'Vips', { fleet, maxOutage: Duration.seconds(30) });
new MultivalueEndpoint(stack, 'App', { zone, recordName: 'app', addresses: vips });

const pager = new sns.Topic(stack, 'Pager', { enforceSSL: true });
for (const alarm of vips.alarms) alarm.addAlarmAction(new SnsAction(pager));
