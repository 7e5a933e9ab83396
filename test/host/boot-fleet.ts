/** The user data of a fleet's first slot, for tests that boot it. */
import { App, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { ListenerProtocol, ProxyFleet, type ProxyFleetProps, ProxyTargets } from 'cdk-proxy-fleet';
import { userDataOf } from '../templates/cloud-config';
import { featureFlags, synthesize } from '../templates/synth';

/** Ports of its listeners: one for HTTP, one for TCP. */
export const PORTS = { http: 8080, tcp: 5432 } as const;

/** Where its targets would be. */
export const TARGET = { address: '127.0.0.1', port: 9000 } as const;

export function userDataOfFleet(outdir: string, props: Partial<ProxyFleetProps> = {}): string {
  const app = new App({ outdir, context: featureFlags() });
  const stack = new Stack(app, 'Fleet');
  const fleet = new ProxyFleet(stack, 'Edge', { vpc: new ec2.Vpc(stack, 'Vpc', { natGateways: 0 }), ...props });
  const targets = ProxyTargets.ipAddresses([TARGET.address]);
  fleet.addListener('Http', { port: PORTS.http }).addTargets('App', { targets, port: TARGET.port });
  fleet
    .addListener('Tcp', { port: PORTS.tcp, protocol: ListenerProtocol.TCP })
    .addTargets('Database', { targets, port: TARGET.port });
  return userDataOf(synthesize(app, 'Fleet').template).get('EdgeSlots1LaunchTemplate') ?? '';
}
