/** The user data of fleets, for tests that boot it: of a fixed one that of its first slot. */
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ElasticProxyFleet, ListenerProtocol, ProxyFleet, type ProxyFleetProps, ProxyTargets } from 'cdk-proxy-fleet';
import { userDataOf } from '../templates/cloud-config';
import { featureFlags, synthesize } from '../templates/synth';

/** Ports of its listeners: one for HTTP, one for TCP. */
export const PORTS = { http: 8080, tcp: 5432 } as const;

/** Where its targets would be. */
export const TARGET = { address: '127.0.0.1', port: 9000 } as const;

export function userDataOfFleet(outdir: string, props: Partial<ProxyFleetProps> = {}): string {
  const launchTemplate = 'EdgeSlots1LaunchTemplate';
  return userDataIn(outdir, launchTemplate, (stack, vpc) => new ProxyFleet(stack, 'Edge', { vpc, ...props }));
}

/** The same of an elastic fleet, all of whose instances have the same user data. */
export function userDataOfElasticFleet(outdir: string): string {
  return userDataIn(outdir, 'EdgeProxiesLaunchTemplate', (stack, vpc) => {
    return new ElasticProxyFleet(stack, 'Edge', { vpc, minCapacity: 2, maxCapacity: 3 });
  });
}

function userDataIn(
  outdir: string,
  launchTemplate: string,
  make: (stack: Stack, vpc: ec2.IVpc) => ProxyFleet | ElasticProxyFleet,
): string {
  const app = new App({ outdir, context: featureFlags() });
  const stack = new Stack(app, 'Fleet');
  const fleet = make(stack, new ec2.Vpc(stack, 'Vpc', { natGateways: 0 }));
  const targets = ProxyTargets.ipAddresses([TARGET.address]);
  fleet.addListener('Http', { port: PORTS.http }).addTargets('App', { targets, port: TARGET.port });
  fleet
    .addListener('Tcp', { port: PORTS.tcp, protocol: ListenerProtocol.TCP })
    .addTargets('Database', { targets, port: TARGET.port });
  return userDataOf(synthesize(app, 'Fleet').template).get(launchTemplate) ?? '';
}
