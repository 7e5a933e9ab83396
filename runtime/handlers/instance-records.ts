/**
 * The record function of an elastic fleet. An instance whose proxy is live asks for itself; events and the sweep ask for all; CloudFormation
 * asks for one name.
 */
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { POOL_METRICS, type PoolAnswer } from '../../lib/private/pool-contract';
import type { NameProperties, RecordsTopology } from '../../lib/private/records-contract';
import { recordPorts, recordsTopology } from '../aws/record-ports';
import { systemClock } from '../aws/system-clock';
import { answer } from '../cloudformation-response';
import { embeddedMetrics } from '../embedded-metrics';
import type { InstanceRecordPorts } from '../instance-record-ports';
import { applyRecords, RecordsFailed, type RecordsSummary, serveRecords, withdrawName } from '../instance-records';
import { noteOf, type RecordsEvent } from '../records-event';
import { ownerOf } from '../run-owner';

/** Made by the first invocation; later ones find their connections warm. */
let wired: { readonly topology: RecordsTopology; readonly ports: InstanceRecordPorts } | undefined;

export const handler = async (
  event: RecordsEvent | CloudFormationCustomResourceEvent<NameProperties>,
  context: Context,
): Promise<PoolAnswer | undefined> => {
  wired ??= wire(process.env);
  const { ports, topology } = wired;
  const run = ownerOf(context);
  if (!('RequestType' in event)) {
    const told = (summary: RecordsSummary) => tell(topology.fleet, summary);
    return serveRecords(ports, topology, run, noteOf(event)).then(told, (error: unknown) => {
      if (error instanceof RecordsFailed) told(error.summary);
      throw error;
    });
  }
  const { HostedZoneId: hostedZoneId, RecordName } = event.ResourceProperties;
  const recordName = RecordName.toLowerCase();
  const physicalId = `${hostedZoneId}/${recordName}`;
  await answer(event, physicalId, systemClock, async () => {
    if (event.RequestType === 'Delete') await withdrawName(ports, topology, { hostedZoneId, recordName }, run);
    else await applyRecords(ports, topology, { hostedZoneId, recordName }, run);
    return { physicalId, attributes: {} };
  });
  return undefined;
};

function wire(environment: NodeJS.ProcessEnv): NonNullable<typeof wired> {
  const topology = recordsTopology(environment);
  return { topology, ports: recordPorts(environment, topology) };
}

/** What an instance hears, while the log gets the metric. */
function tell(fleet: string, { settled, reason, waiting }: RecordsSummary): PoolAnswer {
  if (waiting !== undefined) {
    const values = { [POOL_METRICS.waiting]: { value: waiting, unit: 'Count' as const } };
    process.stdout.write(`${embeddedMetrics(fleet, systemClock.now(), values)}\n`);
  }
  return { settled, reason };
}
