import { App, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import {
  ElasticAddressing,
  ElasticProxyFleet,
  type ElasticProxyFleetProps,
  MultivalueEndpoint,
  ProxyTargets,
} from 'cdk-proxy-fleet';
import { featureFlags } from './synth';

export const ELASTIC_STACK = 'Elastic';

/**
 * An app with a stack of elastic fleets of every kind: `Pool` behind Elastic IPs, `Public` and `Private` with records that follow their
 * instances. The targets of the last one are an auto scaling group.
 */
export function makeElastic(outdir: string): App {
  const app = new App({ outdir, context: featureFlags() });
  const stack = new Stack(app, ELASTIC_STACK);
  const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });
  const zone = new route53.PublicHostedZone(stack, 'Zone', { zoneName: 'example.com' });
  const inner = new route53.PrivateHostedZone(stack, 'Inner', { zoneName: 'inner.example.com', vpc });
  const group = new autoscaling.AutoScalingGroup(stack, 'App', {
    vpc,
    instanceType: new ec2.InstanceType('t4g.nano'),
    machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
    requireImdsv2: true,
  });
  const fleet = (id: string, targets: ProxyTargets, props: Partial<ElasticProxyFleetProps> = {}) => {
    const made = new ElasticProxyFleet(stack, id, { vpc, minCapacity: 2, maxCapacity: 3, ...props });
    made.addListener('Http', { port: 80 }).addTargets('App', { targets, port: 8080 });
    return made;
  };
  const addressing = ElasticAddressing.instanceAddresses();
  const fixed = ProxyTargets.ipAddresses(['10.0.0.5']);
  const vpcSubnets = { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS };
  new MultivalueEndpoint(stack, 'Www', { zone, recordName: 'www', addresses: fleet('Pool', fixed) });
  new MultivalueEndpoint(stack, 'Api', {
    zone,
    recordName: 'api',
    addresses: fleet('Public', fixed, { addressing, spot: true }),
  });
  new MultivalueEndpoint(stack, 'Orders', {
    zone: inner,
    recordName: 'orders',
    addresses: fleet('Private', ProxyTargets.autoScalingGroup(group), { addressing, vpcSubnets }),
  });
  return app;
}
