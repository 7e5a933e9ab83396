import { CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as route53 from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { MultivalueEndpoint, ProxyEngine, ProxyFleet, ProxyTargets, VirtualIp } from '../lib';
import type { DemoContext } from './demo-context';
import { DemoTargets } from './demo-targets';

export interface DemoStackProps extends StackProps {
  readonly context: DemoContext;
}

/** One fleet, reached in both ways: by a name with many addresses, and by one address that moves. */
export class DemoStack extends Stack {
  constructor(scope: Construct, id: string, props: DemoStackProps) {
    super(scope, id, props);
    const { context } = props;
    const vpc =
      context.vpcId === undefined ? this.makeVpc(context.proxies) : ec2.Vpc.fromLookup(this, 'Vpc', { vpcId: context.vpcId });

    const fleet = new ProxyFleet(this, 'Edge', { vpc, proxies: context.proxies, engine: ProxyEngine[context.engine]() });
    const { addresses, port } = context.targets ?? this.makeTargets(vpc, fleet);
    fleet.addListener('Http', { port: 80 }).addTargets('App', { targets: ProxyTargets.ipAddresses(addresses), port });

    const zone = context.zone
      ? route53.HostedZone.fromHostedZoneAttributes(this, 'Zone', { hostedZoneId: context.zone.id, zoneName: context.zone.name })
      : new route53.PublicHostedZone(this, 'Zone', { zoneName: 'proxy-fleet.example' });
    const endpoint = new MultivalueEndpoint(this, 'Www', { zone, recordName: context.recordName, addresses: fleet });
    const vip = new VirtualIp(this, 'Vip', { fleet });

    for (const slot of fleet.slots) {
      new CfnOutput(this, `Slot${slot.slotName}Address`, {
        value: slot.ipAddress,
        description: `Elastic IP of slot ${slot.slotName}`,
      });
    }
    new CfnOutput(this, 'VirtualIpAddress', { value: vip.ipAddress, description: 'Elastic IP that moves to a healthy slot' });
    new CfnOutput(this, 'DomainName', { value: endpoint.domainName, description: 'Name with one A record for each slot' });
  }

  /** A zone for each proxy up to three, chosen when the stack is deployed, and no NAT gateway: every proxy has an address of its own. */
  private makeVpc(proxies: number): ec2.Vpc {
    return new ec2.Vpc(this, 'Vpc', {
      availabilityZones: Array.from({ length: Math.min(proxies, 3) }, (_, index) => Fn.select(index, Fn.getAzs())),
      natGateways: 0,
      // Nothing is in the default group; restricting it would take a function and a role of its own.
      restrictDefaultSecurityGroup: false,
      subnetConfiguration: [
        { name: 'Edge', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 24 },
        { name: 'Targets', subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 24 },
      ],
    });
  }

  private makeTargets(vpc: ec2.IVpc, fleet: ProxyFleet): { addresses: string[]; port: number } {
    const targets = new DemoTargets(this, 'Targets', { vpc });
    targets.connections.allowFrom(fleet, ec2.Port.tcp(targets.port), 'Proxies');
    return targets;
  }
}
