/** A fleet of a deployed stack, under the operator's own permissions. The AWS SDK is loaded here, and only when it is needed. */
import { UsageError } from '../rehearsal/usage-error';
import { explainAwsError } from '../runtime/aws/aws-error';
import type { DeployedFleet } from '../runtime/aws/deployed-fleets';
import { giveOrder, readStatus } from '../runtime/operator';
import { OrderRefused } from '../runtime/order-request';
import { parseTopology } from '../runtime/topology';
import type { Place } from './vip-options';
import type { Target } from './vip-target';

/** Prepares the environment for the SDK. */
export function useAws({ region, profile }: { readonly region?: string; readonly profile?: string }): void {
  if (region !== undefined) process.env.AWS_REGION = region;
  if (profile !== undefined) process.env.AWS_PROFILE = profile;
  // The SDK in this bundle is as old as the bundle: what it says about its later versions concerns nobody who runs it.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
}

export async function deployedTarget(place: Place & { readonly kind: 'stack' }, owner: string): Promise<Target> {
  useAws(place);
  const { deployedFleets, operatorPorts } = await import('../runtime/aws/deployed-fleets.js');
  const found = await inOneLine(() => deployedFleets().of(place.stack));
  const { deployed, topology } = choose(found, place);
  const ports = operatorPorts(deployed, topology);
  return {
    status: () => inOneLine(() => readStatus(ports, topology)),
    order: (request, { dryRun }) => inOneLine(() => giveOrder(ports, topology, request, { owner, dryRun })),
  };
}

function choose(all: readonly DeployedFleet[], { stack, fleet }: Place & { readonly kind: 'stack' }) {
  const found = all.map((deployed) => ({ deployed, topology: parseTopology(deployed.topology) }));
  const names = found.map(({ topology }) => topology.fleet).join(', ');
  if (found.length === 0) {
    throw new UsageError(
      `stack '${stack}' must hold a fleet with virtual IPs, got none: check the name, or deploy it with this version of the library`,
    );
  }
  const [chosen] = fleet === undefined ? found : found.filter(({ topology }) => topology.fleet === fleet);
  if (!chosen) throw new UsageError(`stack '${stack}' has no fleet '${fleet}': choose one of ${names}`);
  if (fleet === undefined && found.length > 1) {
    throw new UsageError(`stack '${stack}' has several fleets with virtual IPs: choose one with --fleet: ${names}`);
  }
  return chosen;
}

/** Refusals and answers of AWS become errors of one line. */
export async function inOneLine<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const text = error instanceof OrderRefused ? error.message : explainAwsError(error);
    throw text === undefined ? error : new UsageError(text);
  }
}
