/** The takeover function. What its event says is a hint at most: the function looks for itself. */
import type { Context } from 'aws-lambda';
import { ENV } from '../../lib/private/takeover-contract';
import { systemClock } from '../aws/system-clock';
import { takeoverPorts } from '../aws/takeover-ports';
import { metricsOf } from '../metrics';
import { ownerOf } from '../run-owner';
import { runTakeover, TakeoverFailed, type TakeoverSummary } from '../takeover';
import { parseTopology } from '../topology';

/** Made by the first invocation; later ones find their connections warm. */
let wired: ReturnType<typeof wire> | undefined;

function wire() {
  const topology = parseTopology(process.env[ENV.topology]);
  return { topology, ports: takeoverPorts(process.env, topology) };
}

export const handler = async (_hint: unknown, context: Context): Promise<TakeoverSummary> => {
  wired ??= wire();
  const { ports, topology } = wired;
  const deadline = systemClock.now() + context.getRemainingTimeInMillis();
  const tell = (summary: TakeoverSummary) => {
    const metrics = metricsOf(topology.fleet, summary, systemClock.now());
    // Not through the console, which Lambda wraps: CloudWatch finds metrics only in a line of their own.
    if (metrics !== undefined) process.stdout.write(`${metrics}\n`);
    return summary;
  };
  return runTakeover(ports, topology, { owner: ownerOf(context), deadline }).then(tell, (error: unknown) => {
    if (error instanceof TakeoverFailed) tell(error.summary);
    throw error;
  });
};
