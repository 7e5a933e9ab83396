/**
 * The target function: keeps records on events and on its schedule, and serves the custom resource that stands for all of them. Another set of
 * groups is another resource, so that CloudFormation deletes the one of before once all proxies are replaced: only then do records go that no
 * group has any more.
 */
import { createHash } from 'node:crypto';
import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import { TARGETS_ENV, type TargetsTopology } from '../../lib/private/targets-contract';
import { logLines } from '../aws/log-lines';
import { route53Records } from '../aws/route53-records';
import { systemClock } from '../aws/system-clock';
import { targetGroups } from '../aws/target-groups';
import { answer } from '../cloudformation-response';
import type { RecordPorts } from '../ports';
import { makeRecords, pruneRecords, removeRecords, syncRecords } from '../record-sync';

/** Made by the first invocation; later ones find their connections warm. */
let wired: { readonly topology: TargetsTopology; readonly ports: RecordPorts } | undefined;

function wire() {
  const topology: TargetsTopology = JSON.parse(process.env[TARGETS_ENV] ?? '');
  return { topology, ports: { records: route53Records(), groups: targetGroups(), clock: systemClock, log: logLines } };
}

/** @param event of anybody but CloudFormation it is a hint, whatever it says */
export const handler = async (event?: CloudFormationCustomResourceEvent | { readonly RequestType?: never }): Promise<void> => {
  wired ??= wire();
  const { ports, topology } = wired;
  if (event?.RequestType === undefined) {
    await syncRecords(ports, topology);
    return;
  }
  const physicalId = physicalIdOf(topology);
  await answer(event, physicalId, systemClock, async () => {
    if (event.RequestType !== 'Delete') await makeRecords(ports, topology);
    else if (event.PhysicalResourceId === physicalId) await removeRecords(ports, topology);
    else await pruneRecords(ports, topology);
    return { physicalId: event.RequestType === 'Delete' ? event.PhysicalResourceId : physicalId, attributes: {} };
  });
};

function physicalIdOf({ hostedZoneId, groups }: TargetsTopology): string {
  const names = groups.map(({ recordName }) => recordName).sort();
  return `${hostedZoneId}/${createHash('sha256').update(names.join(' ')).digest('hex').slice(0, 12)}`;
}
