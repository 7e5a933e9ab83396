import { App, Fn, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { FailoverBranch, FailoverEndpoint, ProxyFleet, ProxyHealthCheck, ProxyTargets } from 'cdk-proxy-fleet';
import type { Construct } from 'constructs';

/** A fleet of three proxies in a Region of its own. */
class FleetStack extends Stack {
  public readonly fleet: ProxyFleet;

  constructor(scope: Construct, id: string, region: string) {
    super(scope, id, { env: { region }, crossRegionReferences: true });
    const vpc = new ec2.Vpc(this, 'Vpc', {
      availabilityZones: [0, 1, 2].map((index) => Fn.select(index, Fn.getAzs())),
      natGateways: 0,
    });
    this.fleet = new ProxyFleet(this, 'Edge', { vpc });
    this.fleet
      .addListener('Http', { port: 80 })
      .addTargets('App', { targets: ProxyTargets.dnsName(`app.${region}.internal.example.com`), port: 8080 });
  }
}

const app = new App();
const virginia = new FleetStack(app, 'Virginia', 'us-east-1');
const frankfurt = new FleetStack(app, 'Frankfurt', 'eu-central-1');

const zone = route53.HostedZone.fromHostedZoneAttributes(frankfurt, 'Zone', {
  hostedZoneId: 'Z0123456789ABCDEFGHIJ',
  zoneName: 'example.com',
});
new FailoverEndpoint(frankfurt, 'Shop', {
  zone,
  recordName: 'shop',
  primary: FailoverBranch.addresses(frankfurt.fleet, { minHealthy: 2 }),
  secondary: FailoverBranch.ipAddresses(
    virginia.fleet.slots.map(({ ipAddress }) => ipAddress),
    { healthCheck: ProxyHealthCheck.http() },
  ),
});
