/** One look of the record function while it holds the lease, and what follows from it. */
import type { RecordsTopology } from '../lib/private/records-contract';
import { type GroupInstance, launched, type Standing, standing } from './core/launch';
import { type HostAddresses, wantedRecords } from './core/plan-instance-records';
import { unfitInstances } from './core/unfit-instances';
import type { InstanceRecordPorts, Notes } from './instance-record-ports';
import { reasonOf } from './reason-of';
import { RecordsChange, type RecordsFailure } from './records-change';

/** A lost packet or two must not take a proxy out of DNS. */
const LOOK_AGAIN_MS = 5000;

export interface LookOutcome extends Standing {
  /** Instances that should be published and are not. */
  readonly waiting: number;
  /** Notes that are not needed any more. */
  readonly forget: Pick<Notes, 'live' | 'leaving'>;
  readonly failures: readonly RecordsFailure[];
}

/** @param live instance that asked */
export async function lookAtRecords(
  ports: InstanceRecordPorts,
  topology: RecordsTopology,
  notes: Notes,
  live?: string,
): Promise<LookOutcome> {
  const instances = await ports.group.instances(topology.tag);
  const serving = servingOf(instances, notes);
  const seen = serving.length > 0 ? await ports.hosts.addresses(serving) : new Map();
  const { unfit, blind } = await unfitAmong(ports, seen);
  const wanted = wantedRecords(topology, new Map([...seen].filter(([id]) => !unfit.has(id))));
  const awaited = new Set(instances.flatMap((each) => (each.lifecycleState === 'Pending:Wait' ? [each.instanceId] : [])));
  const change = new RecordsChange(ports, topology, wanted, { awaited, unseen: serving.filter((id) => !seen.has(id)) });
  await change.make();
  const isPublished = (id: string) => {
    const there = wanted.filter((each) => each.instanceId === id && change.isPublished(each));
    return serving.includes(id) && there.length === topology.names.length * topology.families.length;
  };
  const over = new Set([...launched(instances, isPublished), ...(live ? launched(instances, isPublished, live) : [])]);
  const failures = [...change.failures, ...blind];
  for (const instance of over) {
    await ports.group.completeLaunch(instance).catch((error: unknown) => {
      const { instanceId: name } = instance;
      failures.push({ name, reason: `launch of ${name}: ${reasonOf(error)}`, passes: true });
    });
  }
  return {
    ...(live === undefined
      ? { settled: true, reason: 'looked after all' }
      : standing(instances, live, { held: isPublished(live) ? 'its records' : undefined, lacking: 'it is not published yet' })),
    waiting: serving.filter((id) => !isPublished(id)).length,
    forget: forgettable(instances, notes),
    failures,
  };
}

/**
 * Private proxies that no name should lead to: what observers find unfit twice. That none of them answers is a failure, because then nobody
 * would notice a dead proxy.
 */
async function unfitAmong(
  { prober, clock }: Pick<InstanceRecordPorts, 'prober' | 'clock'>,
  hosts: ReadonlyMap<string, HostAddresses>,
): Promise<{ readonly unfit: ReadonlyMap<string, HostAddresses>; readonly blind: readonly RecordsFailure[] }> {
  const nobody = { unfit: new Map(), blind: [] };
  if (prober === undefined) return nobody;
  const addresses = addressesOf(hosts);
  if (addresses.length === 0) return nobody;
  const observations = await prober.observe(addresses);
  if (observations.length === 0) {
    return {
      ...nobody,
      blind: [{ name: 'observers', reason: 'no observer answers: read the logs of the probe functions', passes: true }],
    };
  }
  const suspects = unfitInstances(hosts, observations);
  if (suspects.size === 0) return nobody;
  await clock.sleep(LOOK_AGAIN_MS);
  const again = await prober.observe(addressesOf(hosts));
  const still = unfitInstances(hosts, again);
  return { ...nobody, unfit: new Map([...suspects].filter(([id]) => still.has(id))) };
}

function addressesOf(hosts: ReadonlyMap<string, HostAddresses>): string[] {
  return [...hosts.values()].flatMap(({ A }) => A ?? []);
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
