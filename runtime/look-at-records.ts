/** One look of the record function while it holds the lease, and what follows from it. */
import type { RecordsTopology } from '../lib/private/records-contract';
import { type GroupInstance, launched, type Standing, standing } from './core/launch';
import { wantedRecords } from './core/plan-instance-records';
import type { InstanceRecordPorts, Notes } from './instance-record-ports';
import { RecordsChange } from './records-change';

export interface LookOutcome extends Standing {
  /** Instances that should be published and are not. */
  readonly waiting: number;
  /** Notes that are not needed any more. */
  readonly forget: Pick<Notes, 'live' | 'leaving'>;
  readonly failures: readonly string[];
}

export interface Look {
  /** Instance that asked. */
  readonly live?: string;
  /** Whether to look for health checks that are gone or left over, too. */
  readonly isWhole: boolean;
}

export async function lookAtRecords(
  ports: InstanceRecordPorts,
  topology: RecordsTopology,
  notes: Notes,
  { live, isWhole }: Look,
): Promise<LookOutcome> {
  const instances = await ports.group.instances(topology.tag);
  const serving = servingOf(instances, notes);
  const wanted = wantedRecords(topology, serving.length > 0 ? await ports.hosts.publicAddresses(serving) : new Map());
  const awaited = new Set(instances.flatMap((each) => (each.lifecycleState === 'Pending:Wait' ? [each.instanceId] : [])));
  const change = new RecordsChange(ports, topology, wanted, awaited);
  await change.make(isWhole);
  const isPublished = (id: string) => {
    const there = wanted.filter((each) => each.instanceId === id && change.isPublished(each));
    return there.length === topology.names.length * topology.families.length;
  };
  const over = new Set([...launched(instances, isPublished), ...(live ? launched(instances, isPublished, live) : [])]);
  for (const instance of over) await ports.group.completeLaunch(instance);
  return {
    ...(live === undefined
      ? { settled: true, reason: 'looked after all' }
      : standing(instances, live, { held: isPublished(live) ? 'its records' : undefined, lacking: 'it is not published yet' })),
    waiting: serving.filter((id) => !isPublished(id)).length,
    forget: forgettable(instances, notes),
    failures: change.failures,
  };
}

/** All in service, and all that are launched and said that their proxies are live; none that EC2 is about to take back. */
function servingOf(instances: readonly GroupInstance[], { live, leaving }: Notes): string[] {
  return instances.flatMap(({ instanceId, lifecycleState }) => {
    const serves = lifecycleState === 'InService' || (lifecycleState === 'Pending:Wait' && live.includes(instanceId));
    return serves && !leaving.includes(instanceId) ? [instanceId] : [];
  });
}

/** What is told of an instance counts until its launch is over, or until it is gone. One that was parked has to say anew that it is live. */
function forgettable(instances: readonly GroupInstance[], { live, leaving }: Notes): Pick<Notes, 'live' | 'leaving'> {
  const stateOf = (id: string) => instances.find(({ instanceId }) => instanceId === id)?.lifecycleState;
  return {
    live: live.filter((id) => !(stateOf(id) ?? '').startsWith('Pending')),
    leaving: leaving.filter((id) => stateOf(id) === undefined),
  };
}
