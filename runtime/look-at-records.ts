/** One look of the record function while it holds the lease, and what follows from it. */
import type { RecordsTopology } from '../lib/private/records-contract';
import { type GroupInstance, launched, leavingPool, type Standing, standing } from './core/launch';
import { wantedRecords } from './core/plan-instance-records';
import type { InstanceRecordPorts, Known, Left, Notes } from './instance-record-ports';
import { lookAtProxies } from './look-at-proxies';
import { reasonOf } from './reason-of';
import { RecordsChange, type RecordsFailure } from './records-change';

export interface LookOutcome extends Standing, Left {
  /** Instances that should be published and are not. */
  readonly waiting: number;
  readonly failures: readonly RecordsFailure[];
}

/** @param live instance that asked */
export async function lookAtRecords(
  ports: InstanceRecordPorts,
  topology: RecordsTopology,
  { notes, pending }: Known,
  live?: string,
): Promise<LookOutcome> {
  const instances = await ports.group.instances(topology.tag);
  const serving = servingOf(instances, notes);
  const seen = serving.length > 0 ? await ports.hosts.addresses(serving) : new Map();
  const inState = (begin: string) =>
    instances.flatMap((each) => (each.lifecycleState.startsWith(begin) ? [each.instanceId] : []));
  const awaited = new Set(inState('Pending:Wait'));
  const { unfit, doubtful, failures: blind } = await lookAtProxies(ports, topology, seen, (id) => awaited.has(id));
  const wanted = wantedRecords(topology, new Map([...seen].filter(([id]) => !unfit.has(id))));
  const dead = [...unfit].flatMap(([id, health]) => (health === 'dead' ? [id] : []));
  const change = new RecordsChange(ports, topology, wanted, {
    awaited,
    doubtful,
    unseen: serving.filter((id) => !seen.has(id)),
    gone: [...dead, ...inState('Terminating')],
    pending,
  });
  await change.make();
  const isPublished = (id: string) => {
    const there = wanted.filter((each) => each.instanceId === id && change.isPublished(each));
    return serving.includes(id) && there.length === topology.names.length * topology.families.length;
  };
  const over = new Set([...launched(instances, isPublished), ...(live ? launched(instances, isPublished, live) : [])]);
  const failures = [...change.failures, ...blind];
  const waiting = new Set(awaited);
  const heldUp = new Set<string>();
  const complete = async (instance: GroupInstance, what: 'launch' | 'drain') => {
    const { instanceId: name } = instance;
    try {
      await (what === 'launch' ? ports.group.completeLaunch(instance) : ports.group.completeDrain(instance));
      waiting.delete(name);
    } catch (error) {
      heldUp.add(name);
      failures.push({ name, reason: `${what} of ${name}: ${reasonOf(error)}`, passes: true });
    }
  };
  for (const instance of over) await complete(instance, 'launch');
  for (const instance of leavingPool(instances)) await complete(instance, 'drain');
  const standingOf = (id: string): Standing =>
    heldUp.has(id)
      ? { settled: false, reason: 'its group still waits for it' }
      : standing(instances, id, { held: isPublished(id) ? 'its records' : undefined, lacking: lackOf(unfit.get(id)) });
  return {
    ...(live === undefined ? { settled: true, reason: 'looked after all' } : standingOf(live)),
    waiting: serving.filter((id) => !isPublished(id)).length,
    forget: forgettable(instances, notes),
    pending: change.left(waiting),
    failures,
  };
}

function lackOf(health?: string): string {
  return health === undefined ? 'it is not published yet' : `observers find it ${health}`;
}

/**
 * All in service, and all that are launched and said that their proxies are live, until they are in service; none that EC2 is about to take
 * back.
 */
function servingOf(instances: readonly GroupInstance[], { live, leaving }: Notes): string[] {
  return instances.flatMap(({ instanceId, lifecycleState }) => {
    const isNew = lifecycleState === 'Pending:Wait' || lifecycleState === 'Pending:Proceed';
    const serves = lifecycleState === 'InService' || (isNew && live.includes(instanceId));
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
