import { Duration } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { HEALTH_PORT } from '../private/contract';
import { RuntimeFunction } from '../private/runtime-function';

/** The network of a fleet, as those see it who look at its proxies. */
export interface ObservedNetwork {
  readonly vpc: ec2.IVpc;
  readonly subnets: ec2.ISubnet[];
  /** Who may ask the proxies for their health. */
  readonly healthSecurityGroup: ec2.ISecurityGroup;
}

/** Functions that look at the proxies of a fleet from inside its network: one in each of its zones. */
export interface Observers {
  readonly securityGroup: ec2.SecurityGroup;
  /** By zone. */
  readonly functions: ReadonlyMap<string, lambda.Function>;
}

export function makeObservers(
  scope: Construct,
  fleet: Construct,
  { vpc, subnets, healthSecurityGroup }: ObservedNetwork,
  logRetention?: logs.RetentionDays,
): Observers {
  const securityGroup = new ec2.SecurityGroup(scope, 'ProbeSecurityGroup', {
    vpc,
    description: `Probes of ${fleet.node.path}`,
    allowAllOutbound: false,
  });
  securityGroup.connections.allowTo(healthSecurityGroup, ec2.Port.tcp(HEALTH_PORT), 'Health of the proxies');
  const place = new Construct(scope, 'Probes');
  const functions = new Map<string, lambda.Function>();
  for (const subnet of subnets) {
    if (functions.has(subnet.availabilityZone)) continue;
    const number = functions.size + 1;
    const probe = new RuntimeFunction(place, String(number), {
      handler: 'probe',
      description: `Looks at the proxies of ${fleet.node.path} from zone ${number} of the fleet`,
      timeout: Duration.seconds(15),
      logRetention,
      network: { vpc, subnet, securityGroup },
    }).function;
    functions.set(subnet.availabilityZone, probe);
  }
  return { securityGroup, functions };
}
