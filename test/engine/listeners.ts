/** Listeners without a fleet, and what an engine makes of them. */
import { App, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import {
  type AddTargetsOptions,
  IpAddressType,
  Listener,
  type ListenerOptions,
  type NginxOptions,
  ProxyCertificate,
  ProxyEngine,
  ProxyTargets,
} from 'cdk-proxy-fleet';
import type { ListenerConfig } from '../../lib/engine/engine-config';

export function newStack(): Stack {
  return new Stack(new App(), 'Test');
}

/** A listener with groups of targets by their ids. */
export function listener(
  options: ListenerOptions,
  groups: Record<string, AddTargetsOptions> = { App: at('10.0.0.5', 8080) },
  stack = newStack(),
): ListenerConfig {
  const id = `Listener${stack.node.children.length}`;
  const vpc = Vpc.fromVpcAttributes(stack, `${id}Vpc`, { vpcId: 'vpc-1', availabilityZones: ['zone-a'] });
  const made = Listener._make({ fleet: stack, vpc }, id, options);
  for (const [id, targets] of Object.entries(groups)) made.addTargets(id, targets);
  return made._config();
}

/** Targets at one address. */
export function at(address: string, port: number, more: Partial<AddTargetsOptions> = {}): AddTargetsOptions {
  return { targets: ProxyTargets.ipAddresses([address]), port, ...more };
}

export function certificate(name = 'certificate', stack = newStack()): ProxyCertificate {
  return ProxyCertificate.secretsManager(Secret.fromSecretNameV2(stack, name, name));
}

export function nginxText(listeners: ListenerConfig[], options?: NginxOptions, type = IpAddressType.IPV4): string {
  return ProxyEngine.nginx(options)._bind(listeners, type).files[0]?.content ?? '';
}

/** What nginx cannot do of one listener. */
export function nginxFaults(config: ListenerConfig): string[] {
  return ProxyEngine.nginx()._faults([config]);
}
