/**
 * The address function of an elastic fleet. An instance whose proxy is live asks for itself; the sweep asks for all in service; CloudFormation
 * has it wait until health checks have judged new addresses.
 */
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import {
  type JudgedProperties,
  LONGEST_JUDGEMENT_SECONDS,
  POOL_ENV,
  POOL_METRICS,
  type PoolAnswer,
  type PoolRequest,
  type PoolTopology,
} from '../../lib/private/pool-contract';
import { PoolFailed, type PoolSummary, serveAddresses } from '../address-pool';
import { autoScalingGroups } from '../aws/auto-scaling-groups';
import { ec2Pool } from '../aws/ec2-pool';
import { logLines } from '../aws/log-lines';
import { systemClock } from '../aws/system-clock';
import { answer } from '../cloudformation-response';
import { embeddedMetrics } from '../embedded-metrics';
import type { PoolPorts } from '../ports';

/** Made by the first invocation; later ones find their connections warm. */
let wired: { readonly topology: PoolTopology; readonly ports: PoolPorts } | undefined;

function wire() {
  const topology: PoolTopology = JSON.parse(process.env[POOL_ENV] ?? '');
  return { topology, ports: { group: autoScalingGroups(), pool: ec2Pool(), clock: systemClock, log: logLines } };
}

export const handler = async (
  event?: (PoolRequest & { readonly RequestType?: never }) | CloudFormationCustomResourceEvent<JudgedProperties>,
): Promise<PoolAnswer | undefined> => {
  if (event?.RequestType !== undefined) {
    await judge(event);
    return undefined;
  }
  wired ??= wire();
  const { ports, topology } = wired;
  const tell = ({ settled, reason, free, waiting }: PoolSummary) => {
    const values = { [POOL_METRICS.free]: free, [POOL_METRICS.waiting]: waiting };
    const counts = Object.entries(values).map(([name, value]) => [name, { value, unit: 'Count' as const }]);
    process.stdout.write(`${embeddedMetrics(topology.fleet, systemClock.now(), Object.fromEntries(counts))}\n`);
    return { settled, reason };
  };
  return serveAddresses(ports, topology, event?.instanceId).then(tell, (error: unknown) => {
    if (error instanceof PoolFailed) tell(error.summary);
    throw error;
  });
};

async function judge(event: CloudFormationCustomResourceEvent<JudgedProperties>): Promise<void> {
  const physicalId = 'judged';
  await answer(event, physicalId, systemClock, async () => {
    const seconds = Math.min(Number(event.ResourceProperties.WaitSeconds), LONGEST_JUDGEMENT_SECONDS);
    if (event.RequestType !== 'Delete') await systemClock.sleep(seconds * 1000);
    return { physicalId, attributes: {} };
  });
}
