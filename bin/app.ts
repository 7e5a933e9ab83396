/**
 * The demo: a proxy fleet with a multivalue name and a virtual IP, ready to deploy.
 *
 * Without context it brings a VPC, a zone and two small targets of its own. With context it stands in front of real services:
 *
 *     npx cdk deploy -c vpcId=vpc-0123 -c zoneName=example.com -c hostedZoneId=Z0123 -c recordName=www -c targets=10.0.0.5:8080,10.0.1.5:8080
 */
import { App } from 'aws-cdk-lib';
import { readDemoContext } from './demo-context';
import { DemoStack } from './demo-stack';

const app = new App();
const context = readDemoContext((name) => app.node.tryGetContext(name));

if (context.vpcId !== undefined && process.env.CDK_DEFAULT_ACCOUNT === undefined) {
  throw new Error(
    `vpcId is looked up in your account, got '${context.vpcId}' and no credentials: log in to AWS, or leave vpcId out`,
  );
}

new DemoStack(app, 'ProxyFleetDemo', {
  description: 'Redundant HAProxy fleet with a multivalue DNS name and a virtual IP (cdk-proxy-fleet)',
  context,
  // Looking up a VPC needs to know where; everything else is the same in any account and Region.
  ...(context.vpcId !== undefined && {
    env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION },
  }),
});
